using VRouter.Host.Configuration;

namespace VRouter.Host.Sources;

/// <summary>Length and time of the last write of every file that some paths stand for: cheap to compare, and enough to see most changes.</summary>
internal sealed class FileStamps : IEquatable<FileStamps>
{
    private readonly SortedDictionary<string, (long Length, long WrittenAt)> files = new(StringComparer.Ordinal);

    private FileStamps()
    {
    }

    public static FileStamps None { get; } = new();

    public static FileStamps Of(IEnumerable<string> paths)
    {
        var stamps = new FileStamps();
        foreach (var file in ConfigurationPaths.Expand(paths, new DiagnosticBag()))
            stamps.files[file] = StampOf(file);
        return stamps;
    }

    public bool Equals(FileStamps? other) => other is not null && files.SequenceEqual(other.files);

    public override bool Equals(object? obj) => Equals(obj as FileStamps);

    public override int GetHashCode() => files.Count;

    public static bool operator ==(FileStamps left, FileStamps right) => left.Equals(right);

    public static bool operator !=(FileStamps left, FileStamps right) => !left.Equals(right);

    // By way of an open file, so that a symbolic link counts as what it leads to.
    private static (long Length, long WrittenAt) StampOf(string file)
    {
        try
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return (RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle).Ticks);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return (-1, e.HResult);
        }
    }
}
