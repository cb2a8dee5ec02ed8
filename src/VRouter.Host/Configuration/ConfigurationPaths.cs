namespace VRouter.Host.Configuration;

/// <summary>
/// The files that paths stand for: a file is itself, a directory its *.yaml, *.yml and *.json files in ordinal order, not those of its
/// subdirectories and not hidden ones. A file that several paths lead to is read once.
/// </summary>
internal static class ConfigurationPaths
{
    /// <summary>The most bytes in one file.</summary>
    public const int MaxFileSize = 32 * 1024 * 1024;

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>The contents of all files; what cannot be read is an error finding.</summary>
    public static IReadOnlyList<ConfigurationFile> ReadAll(IEnumerable<string> paths, DiagnosticBag diagnostics)
    {
        var files = new List<ConfigurationFile>();
        foreach (var file in Expand(paths, diagnostics))
        {
            if (Read(file, diagnostics) is { } content)
                files.Add(new ConfigurationFile(file, content));
        }

        return files;
    }

    /// <summary>The names of all files, each once.</summary>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths, DiagnosticBag diagnostics) =>
        [.. paths.SelectMany(path => Expand(path, diagnostics)).DistinctBy(Path.GetFullPath)];

    /// <summary>True if a directory's file of that name is read.</summary>
    public static bool IsConfigurationFile(string name) =>
        !Path.GetFileName(name).StartsWith('.') && Extensions.Contains(Path.GetExtension(name), StringComparer.Ordinal);

    private static string[] Expand(string path, DiagnosticBag diagnostics)
    {
        if (path.Length == 0 || path.Contains('\0'))
        {
            diagnostics.Error(SourceLocation.None, "a configuration path must not be empty");
            return [];
        }

        if (!Directory.Exists(path))
            return [path];
        try
        {
            string[] files = [.. Directory.EnumerateFiles(path).Where(IsConfigurationFile).Order(StringComparer.Ordinal)];
            if (files.Length == 0)
                diagnostics.Error(SourceLocation.Of(path), "the directory has no *.yaml, *.yml or *.json files");
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(SourceLocation.Of(path), $"cannot be listed: {e.Message}");
            return [];
        }
    }

    private static ReadOnlyMemory<byte>? Read(string path, DiagnosticBag diagnostics)
    {
        try
        {
            using var stream = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete });
            var buffer = new MemoryStream();
            var chunk = new byte[64 * 1024];
            while (stream.Read(chunk) is > 0 and var count)
            {
                buffer.Write(chunk, 0, count);
                if (buffer.Length <= MaxFileSize)
                    continue;
                diagnostics.Error(SourceLocation.Of(path), $"is larger than {MaxFileSize / 1024 / 1024} MiB");
                return null;
            }

            return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        }
        catch (FileNotFoundException)
        {
            diagnostics.Error(SourceLocation.Of(path), "no such file or directory");
        }
        catch (DirectoryNotFoundException)
        {
            diagnostics.Error(SourceLocation.Of(path), "no such file or directory");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            diagnostics.Error(SourceLocation.Of(path), $"cannot be read: {e.Message}");
        }

        return null;
    }
}
