using System.Text.Json;

namespace VRouter.Host.Lab;

/// <summary>The state directories of labs: one folder for each, with state.json, the routers' configurations, sockets and logs.</summary>
internal sealed class LabStore
{
    private const string StateFile = "state.json";
    private readonly string root;

    /// <summary>Takes the folder that holds the labs' folders.</summary>
    public LabStore(string root) => this.root = root;

    /// <summary>The store that the command line uses.</summary>
    public static LabStore Host { get; } = new("/run/vrouter/labs");

    /// <summary>The folder of one lab.</summary>
    public string FolderOf(string lab) => Path.Combine(root, lab);

    /// <summary>
    /// Keeps other processes from building or ending the same lab at the same time, until the result is disposed or the process ends.
    /// </summary>
    /// <exception cref="LabException">Another process does so now, or the folder cannot be written.</exception>
    public IDisposable Lock(string lab)
    {
        var path = Path.Combine(root, lab + ".lock");
        try
        {
            Directory.CreateDirectory(root);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException(
                File.Exists(path) ? $"lab '{lab}' is being built or ended by another process" : $"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>The recorded state, or null if there is no such lab.</summary>
    /// <exception cref="LabException">The file is there but is not a lab's state.</exception>
    public LabState? Load(string lab)
    {
        var path = Path.Combine(FolderOf(lab), StateFile);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), LabJson.Default.LabState) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new LabException($"cannot read {path}: {e.Message}", e);
        }
    }

    /// <summary>Records the state; whoever reads the file sees the old state or the new one, never a part.</summary>
    public void Save(LabState state)
    {
        var folder = FolderOf(state.Name);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, StateFile);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(state, LabJson.Default.LabState));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>All recorded labs, by name.</summary>
    public IReadOnlyList<LabState> List()
    {
        if (!Directory.Exists(root))
            return [];
        return [.. Directory.GetDirectories(root).Order(StringComparer.Ordinal).Select(folder => Load(Path.GetFileName(folder))).OfType<LabState>()];
    }

    /// <summary>Forgets a lab, with all files in its folder.</summary>
    public void Delete(string lab)
    {
        if (Directory.Exists(FolderOf(lab)))
            Directory.Delete(FolderOf(lab), recursive: true);
    }
}
