using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Ports;

namespace VRouter.Host.Doctor;

/// <summary>Opens a packet port on a new veth as an uplink's, to see whether super-frames in tunnels can be sent whole.</summary>
internal static class TunnelTrial
{
    private const string Name = "tunnel-super-frames";
    private const string TrialName = "trial3";
    private const string Note = "the uplink sends TCP super-frames in IPIP and VXLAN whole where it can; else vRouter cuts them, at a third to a half of the throughput";

    public static Check Veth()
    {
        if (KernelModules.IsLoadable("veth"))
            return new Check(Name, CheckStatus.Unknown, "the kernel has a module 'veth', which is not loaded", Note);
        if (!RtnetlinkClient.Open().TryGet(out var kernel, out var error))
            return new Check(Name, CheckStatus.Unknown, error.ToString(), Note);
        using (kernel)
        {
            if (kernel.AddLink(TrialName, "veth") is { } refused)
                return new Check(Name, CheckStatus.Unknown, refused.ToString(), Note);
        }

        if (!AfPacketPort.Open(TrialName, withTunnels: true).TryGet(out var port, out error))
            return new Check(Name, error.Errno == Errno.EPERM ? CheckStatus.Unknown : CheckStatus.Absent, error.ToString(), Note);
        using (port)
        {
            return new Check(Name, port.SendsTunnelsWhole ? CheckStatus.Ok : CheckStatus.Absent, $"on a veth interface: {port.SuperFrameMode}", Note);
        }
    }
}
