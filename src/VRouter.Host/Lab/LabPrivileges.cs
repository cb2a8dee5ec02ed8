using System.Globalization;

namespace VRouter.Host.Lab;

/// <summary>Whether this process may build labs.</summary>
internal static class LabPrivileges
{
    private const int CapNetAdmin = 12;
    private const int CapSysAdmin = 21;

    /// <summary>True if the process has CAP_NET_ADMIN and CAP_SYS_ADMIN.</summary>
    public static bool Sufficient
    {
        get
        {
            var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
            var capabilities = ulong.Parse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return ((capabilities >> CapNetAdmin) & (capabilities >> CapSysAdmin) & 1) != 0;
        }
    }

    /// <summary>Does nothing if the privileges suffice.</summary>
    /// <exception cref="LabException">They do not.</exception>
    public static void Demand()
    {
        if (!Sufficient)
            throw new LabException("network namespaces can be made only with CAP_NET_ADMIN and CAP_SYS_ADMIN; run this as root");
    }
}
