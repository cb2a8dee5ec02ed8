using VRouter.Io.Linux;

namespace VRouter.Host.Doctor;

/// <summary>Tries out what the kernel offers, in a network namespace that ends with the trial.</summary>
internal static class Trials
{
    private static readonly Func<Check>[] InNamespace =
    [
        () => LinkTrial.Of("ipip", "ipip", "IPIP is done by vRouter itself; the kernel's ipip device is not used"),
        () => LinkTrial.Of("vxlan", "vxlan", "VXLAN is done by vRouter itself; the kernel's vxlan device is not used"),
        PacketSocketTrial.Socket,
        PacketSocketTrial.Ring,
        PacketSocketTrial.BlockRing,
        PacketSocketTrial.IgnoreOutgoing,
        PacketSocketTrial.VnetHeader,
        TunTrial.Tap,
        XdpTrial.Veth,
        TunnelTrial.Veth,
        GuardTrial.IngressHook,
        OffloadTrial.Veth,
    ];

    public static IReadOnlyList<Check> Run()
    {
        var result = NetworkNamespace.RunInNew<IReadOnlyList<Check>>(() => InNamespace.Select(trial => trial()).ToArray());
        return result.TryGet(out var checks, out var error) ? checks : WithoutNamespace(error);
    }

    // Sockets that are bound to nothing do no harm anywhere; all else would be seen by the host.
    private static IReadOnlyList<Check> WithoutNamespace(LinuxError error) =>
    [
        new Check("trials", CheckStatus.Unknown, $"no network namespace to try things out in: {error}",
            "run 'vrouter doctor' as root to see ipip, vxlan, rings, taps, the nftables hook, programs at egress and veth offloads"),
        PacketSocketTrial.Socket(),
        PacketSocketTrial.Xdp(),
    ];
}
