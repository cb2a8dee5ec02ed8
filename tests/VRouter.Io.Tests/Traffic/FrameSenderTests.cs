using VRouter.Io.Linux;
using VRouter.Io.Tests.Support;
using VRouter.Io.Traffic;

namespace VRouter.Io.Tests.Traffic;

public class FrameSenderTests
{
    private static readonly byte[][] Frames = [.. Enumerable.Range(1, 3).Select(number => (byte[])[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, .. Enumerable.Repeat((byte)number, 46)])];

    [SkippableFact]
    public void Send_PreparedFrames_ArriveInTurn()
    {
        using var veth = new VethPair();
        using var port = veth.OpenPort();
        using var harness = new PortHarness();
        using var sender = FrameSender.Open("eth0", veth.Pod.Name, Frames).OrThrow();

        Assert.Equal(7, sender.Send(7));
        sender.Flush();

        Assert.Equal(7, sender.Sent);
        Assert.Equal([1, 2, 3, 1, 2, 3, 1], harness.ReceiveAll(port).Select(frame => (int)frame[20]));
    }

    [SkippableFact]
    public void Open_QueueIsTaken_SendsByThePacketSocket()
    {
        using var veth = new VethPair();
        using var port = veth.OpenPort();
        using var harness = new PortHarness();
        using var first = FrameSender.Open("eth0", veth.Pod.Name, Frames).OrThrow();
        using var second = FrameSender.Open("eth0", veth.Pod.Name, Frames).OrThrow();

        Assert.Equal("sendmmsg", second.Method);
        Assert.Equal(7, second.Send(7));
        second.Flush();

        Assert.Equal(7, second.Sent);
        Assert.Equal([1, 2, 3, 1, 2, 3, 1], harness.ReceiveAll(port).Select(frame => (int)frame[20]));
    }

    [SkippableFact]
    public void Open_NoSuchInterface_IsAnError()
    {
        using var network = new TestNamespace();

        Assert.Equal(Errno.ENODEV, FrameSender.Open("absent0", network.Name, Frames).Error.Errno);
    }
}
