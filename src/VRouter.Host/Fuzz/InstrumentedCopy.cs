using SharpFuzz;

namespace VRouter.Host.Fuzz;

/// <summary>A copy of this program in which the code that fuzzing is about tells what runs: the engine, the readers of captures and netlink, of YAML, of resources and their routes.</summary>
internal static class InstrumentedCopy
{
    // Where no prefix is given, all of the file.
    private static readonly (string File, string[] Prefixes)[] Instrumented =
    [
        ("VRouter.Core.dll", []), ("VRouter.Io.dll", ["VRouter.Io.Ports.Pcap.", "VRouter.Io.Netlink."]), ("YamlDotNet.dll", []),
        ("vrouter-host.dll", ["VRouter.Host.Configuration.", "VRouter.Host.Routing."]),
    ];

    /// <summary>Makes the copy.</summary>
    /// <param name="folder">A folder that does not exist or is empty.</param>
    /// <returns>The copy's program.</returns>
    /// <exception cref="FuzzException">The folder holds something, or this is a copy itself.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Make(string folder)
    {
        if (InstrumentedCode.IsPresent)
            throw new FuzzException("this program is an instrumented copy already");
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new FuzzException($"{folder} exists and is not an empty folder");
        var source = AppContext.BaseDirectory;
        foreach (var file in Directory.EnumerateFiles(source))
            Copy(file, Path.Combine(folder, Path.GetRelativePath(source, file)));
        foreach (var (file, prefixes) in Instrumented)
        {
            var path = Path.Combine(folder, file);
            SharpFuzz.Fuzzer.Instrument(path, type => prefixes.Length == 0 || prefixes.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal)), Options.Value);
        }

        return Path.Combine(folder, "vrouter-host");
    }

    private static void Copy(string file, string copy)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(file, copy);
    }
}
