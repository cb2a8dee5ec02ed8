using VRouter.Io.Linux;

namespace VRouter.Host.Doctor;

/// <summary>What this process may do. All that is needed is needed by <c>vrouter run</c>, which may run as another user.</summary>
internal static class PermissionChecks
{
    private static readonly (Capability Capability, string Name, string Use)[] Needed =
    [
        (Capability.NetRaw, "cap-net-raw", "packet sockets"),
        (Capability.NetAdmin, "cap-net-admin", "the nftables guard and TAP devices"),
    ];

    public static IEnumerable<Check> All()
    {
        foreach (var (capability, name, use) in Needed)
        {
            yield return ProcessCapabilities.Has(capability)
                ? new Check(name, CheckStatus.Ok, $"{ProcessCapabilities.NameOf(capability)} is there", $"for {use}")
                : new Check(name, CheckStatus.Missing, $"{ProcessCapabilities.NameOf(capability)} is not there",
                    $"'vrouter run' needs it for {use}: run as root, or give the service the capability");
        }

        yield return ProcessCapabilities.Has(Capability.SysAdmin)
            ? new Check("cap-sys-admin", CheckStatus.Ok, "CAP_SYS_ADMIN is there", "for 'vrouter demo' and 'vrouter lab' in network namespaces")
            : new Check("cap-sys-admin", CheckStatus.Warning, "CAP_SYS_ADMIN is not there",
                "'vrouter lab' needs it, 'vrouter demo' runs in memory without, and doctor cannot try all things out");
    }
}
