using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Bpf;
using VRouter.Io.Linux;
using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;
using VRouter.Io.Tests.Support;
using static VRouter.Io.Tests.Support.ExperimentFrame;

namespace VRouter.Io.Tests.Ports;

/// <summary>What the port does while its interface goes down, away, or changes.</summary>
public class AfXdpInterfaceTests
{
    private const long Second = 1_000_000_000;

    [SkippableFact]
    public void Interface_DownAndUp_SaysItsStateAndDropsAndThenFramesPass()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        harness.Receive(port);

        veth.Host.Ip("link set cali0 down");
        for (var i = 0; i < 20; i++)
            Assert.All(harness.Send(port, [.. Enumerable.Repeat(FrameOf(60), 50)]), verdict => Assert.Equal(Verdict.Drop(DropReason.PortDown), verdict));
        Assert.Equal("the interface is down", port.State.Reason);
        Assert.Empty(harness.Receive(port, Second));
        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
        Assert.Equal(1000, port.Counters.TransmitDropsOf(DropReason.PortDown));

        veth.Host.Ip("link set cali0 up");
        harness.Receive(port, 2 * Second);
        Assert.True(port.State.IsUp);
        harness.Send(pod, FrameOf(60));
        harness.ReceiveAll(pod, Second);
        Assert.Equal([Verdict.Hold], harness.Send(port, FrameOf(61)));
        Assert.Equal([FrameOf(60)], harness.ReceiveCount(port, 1));
        Assert.Equal([FrameOf(61)], harness.ReceiveCount(pod, 1)); // and nothing of what was dropped
    }

    [SkippableFact]
    public void Interface_PeerDown_HasNoCarrier()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        veth.Pod.Ip("link set eth0 down");

        harness.Receive(port, Second);

        Assert.Equal("the interface has no carrier", port.State.Reason);
        Assert.Equal([Verdict.Drop(DropReason.PortDown)], harness.Send(port, FrameOf(60)));
    }

    [SkippableFact]
    public void Interface_Deleted_IsGoneAndNothingThrows()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        harness.Receive(port);
        veth.Host.Ip("link del cali0");

        Assert.Equal([Verdict.Drop(DropReason.PortDown)], harness.Send(port, FrameOf(60)));
        Assert.Empty(harness.Receive(port, Second));
        Assert.Equal("the interface is gone", port.State.Reason);
        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
    }

    [SkippableFact]
    public void Interface_GivenAnotherMtu_IsFollowed()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        veth.Host.Ip("link set cali0 mtu 1300");

        harness.Receive(port, Second);

        Assert.Equal(1300, port.Mtu);
        Assert.Equal([Verdict.Drop(DropReason.TxTooLong)], harness.Send(port, FrameOf(1315)));
    }

    [SkippableFact]
    public void Interface_SeveralQueues_AreAllReceived()
    {
        using var pod = new TestNamespace();
        using var host = new TestNamespace();
        host.Ip($"link add cali0 numrxqueues 4 numtxqueues 4 type veth peer name eth0 numrxqueues 4 numtxqueues 4 netns {pod.Name}");
        host.Ip("link set cali0 up");
        pod.Ip("link set eth0 up");
        using var harness = new PortHarness(frames: 4096);
        using var port = AfXdpPort.Open("cali0", new XdpMemory(harness.Pool), new AfXdpOptions { NetworkNamespace = host.Name, ReadyFrames = 256 }).OrThrow();
        using var sender = AfPacketPort.Open("eth0", pod.Name).OrThrow();
        harness.Receive(port);
        Assert.Equal(1024 + 0, harness.Pool.Outstanding);

        harness.Send(sender, [.. Enumerable.Range(0, 100).Select(i => FrameOf(60 + i))]);

        Assert.Equal(100, harness.ReceiveCount(port, 100).Count);
        Assert.Equal([Verdict.Hold], harness.Send(port, FrameOf(60)));
        Assert.Single(harness.ReceiveCount(sender, 1));
    }
}
