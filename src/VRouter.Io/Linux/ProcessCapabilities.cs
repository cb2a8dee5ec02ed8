using System.Globalization;

namespace VRouter.Io.Linux;

/// <summary>What the kernel lets this process do.</summary>
public static class ProcessCapabilities
{
    /// <summary>True if the capability is effective in this process.</summary>
    public static bool Has(Capability capability) => ((Effective >> (int)capability) & 1) != 0;

    /// <summary>The name as in capabilities(7), "CAP_NET_ADMIN".</summary>
    public static string NameOf(Capability capability) => capability switch
    {
        Capability.NetAdmin => "CAP_NET_ADMIN",
        Capability.NetRaw => "CAP_NET_RAW",
        Capability.SysAdmin => "CAP_SYS_ADMIN",
        _ => throw new ArgumentOutOfRangeException(nameof(capability), capability, "An unknown capability."),
    };

    private static ulong Effective
    {
        get
        {
            const string name = "CapEff:";
            var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
            return ulong.Parse(line.AsSpan(name.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }
    }
}
