using VRouter.Host.Configuration.Reading;
using VRouter.Host.Configuration.Validation;

namespace VRouter.Host.Configuration;

/// <summary>Reads and checks a whole configuration. Whatever the files hold, the outcome is a result with findings, never an exception.</summary>
public static class ConfigurationLoader
{
    /// <summary>Reads files and directories (see <see cref="ConfigurationPaths"/>) and checks all their resources together.</summary>
    public static ConfigurationResult Load(IEnumerable<string> paths)
    {
        var diagnostics = new DiagnosticBag();
        var files = ConfigurationPaths.ReadAll(paths, diagnostics);
        return Load(files, diagnostics);
    }

    /// <summary>Checks the resources of files that are already in memory.</summary>
    public static ConfigurationResult Load(IEnumerable<ConfigurationFile> files) => Load([.. files], new DiagnosticBag());

    /// <summary>Checks the resources of one text, named <paramref name="name"/> in the findings.</summary>
    public static ConfigurationResult LoadText(string name, string text) => Load([ConfigurationFile.FromText(name, text)]);

    /// <summary>As <see cref="Load(IEnumerable{ConfigurationFile})"/>, beside earlier findings.</summary>
    /// <param name="files">The files.</param>
    /// <param name="diagnostics">Findings so far.</param>
    /// <param name="keepsFiles">The state keeps them, see <see cref="ClusterState.Files"/>.</param>
    internal static ConfigurationResult Load(IReadOnlyCollection<ConfigurationFile> files, DiagnosticBag diagnostics, bool keepsFiles = false)
    {
        var reader = new ResourceReader(diagnostics);
        var isComplete = diagnostics.ErrorCount == 0;
        foreach (var file in files)
            isComplete &= TextDecoder.TryDecode(file, diagnostics, out var text) && DocumentParser.TryParse(file.Name, text, diagnostics, reader.Read);

        var state = ClusterState.Create(reader.Resources, keepsFiles ? [.. files] : []);
        ClusterValidator.Validate(state, key => !isComplete || reader.IsDeclared(key), diagnostics);
        var result = diagnostics.ToDiagnostics();
        return new ConfigurationResult(result.HasErrors ? null : state, result);
    }
}
