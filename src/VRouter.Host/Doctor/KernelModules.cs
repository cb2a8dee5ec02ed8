namespace VRouter.Host.Doctor;

/// <summary>
/// Tells apart what the kernel would load a module for if it were tried: then doctor does not try, since a loaded module stays.
/// </summary>
internal static class KernelModules
{
    /// <summary>True if a module file of that name is there and is not loaded.</summary>
    public static bool IsLoadable(string module)
    {
        if (Directory.Exists($"/sys/module/{module}"))
            return false;
        try
        {
            var release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
            var names = new[] { module, module.Replace('_', '-') }.Select(name => $"/{name}.ko");
            return File.ReadLines($"/lib/modules/{release}/modules.dep").Any(line => IsOf(line, names));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // No modules are installed.
        }
    }

    // A line is "kernel/net/ipv4/ipip.ko.xz: kernel/net/ipv4/tunnel4.ko.xz".
    private static bool IsOf(string line, IEnumerable<string> names)
    {
        var path = "/" + line[..Math.Max(0, line.IndexOf(':'))];
        return names.Any(name => path.Contains(name + ".", StringComparison.Ordinal) || path.EndsWith(name, StringComparison.Ordinal));
    }
}
