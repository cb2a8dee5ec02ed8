using VRouter.Core.Frames;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;

namespace VRouter.Host.Doctor;

/// <summary>Opens an AF_XDP port on a new veth: sockets, rings, maps, program and link, as a router would.</summary>
internal static class XdpTrial
{
    /// <summary>What the outcome means.</summary>
    public const string Note = "ports of driver af-xdp need it; without it they use af-packet, and say so";

    private const string Name = "af-xdp";
    private const string TrialName = "trial2";
    private const int Frames = 512;

    public static Check Veth()
    {
        if (KernelModules.IsLoadable("veth") || PacketSocketTrial.Xdp() is { Status: not CheckStatus.Ok })
            return PacketSocketTrial.Xdp();
        if (!RtnetlinkClient.Open().TryGet(out var kernel, out var error))
            return new Check(Name, CheckStatus.Unknown, error.ToString(), Note);
        using (kernel)
        {
            if (kernel.AddLink(TrialName, "veth") is { } refused)
                return new Check(Name, CheckStatus.Unknown, refused.ToString(), Note);
        }

        using var pool = new FramePool(Frames);
        if (!AfXdpPort.Open(TrialName, new XdpMemory(pool), new AfXdpOptions { ReadyFrames = Frames / 2 }).TryGet(out var port, out error))
            return new Check(Name, error.Errno == Errno.EPERM ? CheckStatus.Unknown : CheckStatus.Absent, error.ToString(), Note);
        using (port)
        {
            return new Check(Name, CheckStatus.Ok, $"a port was opened on a veth interface, in {port.Mode} mode", Note);
        }
    }
}
