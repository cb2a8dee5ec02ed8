using VRouter.Core.Graph;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>The ways by which an af-packet port sends: AF_XDP in copy mode, and packet sockets where that cannot be.</summary>
public class AfPacketSendTests
{
    private const int VectorSize = 200;

    [SkippableFact]
    public void Transmit_ManyVectors_ArriveWholeAndInOrder()
    {
        using var veth = new VethPair();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        using PortHarness host = new(), guest = new();

        for (var number = 0; number < 20; number++)
        {
            var frames = Frames(number * VectorSize, VectorSize);
            Assert.All(host.Send(port, frames), verdict => Assert.Equal(Verdict.Transmit, verdict));
            Assert.Equal(frames, guest.ReceiveAll(pod));
        }

        Assert.Equal(20 * VectorSize, port.Counters.TransmittedFrames);
    }

    [SkippableFact]
    public void Transmit_InterfaceWasDownForManyVectors_SendsAgainAndNothingLate()
    {
        using var veth = new VethPair();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        using PortHarness host = new(), guest = new();

        veth.Host.Ip("link set cali0 down");
        for (var number = 0; number < 10; number++)
            Assert.All(host.Send(port, Frames(0, VectorSize)), verdict => Assert.Equal(Verdict.Drop(DropReason.PortDown), verdict));
        veth.Host.Ip("link set cali0 up");
        port.Refresh();
        var frames = Frames(1_000_000, VectorSize);
        var sent = host.Send(port, frames);

        Assert.All(sent, verdict => Assert.Equal(Verdict.Transmit, verdict));
        Assert.Equal(frames, guest.ReceiveAll(pod).Where(IsOurs));
        Assert.Equal(10 * VectorSize, port.Counters.TransmitDropsOf(DropReason.PortDown));
    }

    [SkippableFact]
    public void Transmit_PeerIsDown_DropsEachFrameOnceAndRecovers()
    {
        using var veth = new VethPair();
        using var port = veth.OpenPort();
        using PortHarness host = new(), guest = new();

        veth.Pod.Ip("link set eth0 down");
        port.Refresh();
        for (var number = 0; number < 10; number++)
            Assert.All(host.Send(port, Frames(0, VectorSize)), verdict => Assert.Equal(Verdict.Drop(DropReason.PortDown), verdict));
        veth.Pod.Ip("link set eth0 up");
        port.Refresh();
        using var pod = veth.OpenPodPort();
        var frames = Frames(1_000_000, VectorSize);
        var sent = host.Send(port, frames);

        Assert.All(sent, verdict => Assert.Equal(Verdict.Transmit, verdict));
        Assert.Equal(frames, guest.ReceiveAll(pod).Where(IsOurs));
    }

    [SkippableFact]
    public void Transmit_AnotherPortHasTheQueue_SendsByThePacketSocket()
    {
        using var veth = new VethPair();
        using var first = veth.OpenPort();
        using var second = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        using PortHarness host = new(), guest = new();

        var frames = Frames(0, VectorSize);
        Assert.All(host.Send(second, frames), verdict => Assert.Equal(Verdict.Transmit, verdict));
        Assert.Equal(frames, guest.ReceiveAll(pod));
    }

    [SkippableFact]
    public void Transmit_JumboFrames_ArriveWhole()
    {
        using var veth = new VethPair(mtu: 9000);
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        using PortHarness host = new(frameCapacity: 9100), guest = new(frameCapacity: 9100);

        var frames = Frames(0, 10, length: 9014);
        Assert.All(host.Send(port, frames), verdict => Assert.Equal(Verdict.Transmit, verdict));
        Assert.Equal(frames, guest.ReceiveAll(pod));
    }

    // EtherType 0x88b5, which no stack answers, and a number.
    private static byte[][] Frames(int first, int count, int length = 60) => [.. Enumerable.Range(first, count).Select(number =>
    {
        byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, .. BitConverter.GetBytes(number), .. new byte[length - 18]];
        frame.AsSpan(18).Fill((byte)number);
        return frame;
    })];

    private static bool IsOurs(byte[] frame) => frame[12] == 0x88 && frame[13] == 0xb5;
}
