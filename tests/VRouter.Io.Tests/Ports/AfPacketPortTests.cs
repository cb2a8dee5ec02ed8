using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Support;
using static VRouter.Io.Tests.Support.ExperimentFrame;

namespace VRouter.Io.Tests.Ports;

public class AfPacketPortTests
{
    private const long Second = 1_000_000_000;

    [SkippableFact]
    public void Open_Interface_GivesItsNameMacAndMtu()
    {
        using var veth = new VethPair(mtu: 1400);
        using var port = veth.OpenPort();

        Assert.Equal(("cali0", "af-packet", 1400), (port.Name, port.Driver, port.Mtu));
        Assert.Equal(MacAddress.WorkloadGateway, port.Mac);
        Assert.Equal(PortState.Up, port.State);
        Assert.True(port.Descriptor >= 0);
    }

    [SkippableFact]
    public void Open_UnknownInterface_IsNoDevice()
    {
        using var network = new TestNamespace();

        var error = AfPacketPort.Open("absent0", network.Name).Error;

        Assert.Equal(Errno.ENODEV, error.Errno);
        Assert.StartsWith("get(interface 'absent0'): ENODEV (No such device)", error.ToString());
    }

    [SkippableFact]
    public void Open_Loopback_IsRefused()
    {
        using var network = new TestNamespace();

        Assert.Contains("it is no Ethernet interface", AfPacketPort.Open("lo", network.Name).Error.ToString());
    }

    [SkippableFact]
    public void Frames_BothWays_ArriveWholeAndInOrder()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(i => FrameOf(14 + (i * 7), (byte)i))];

        Assert.All(harness.Send(port, frames), verdict => Assert.Equal(Verdict.Transmit, verdict));
        Assert.Equal(frames, harness.ReceiveCount(pod, frames.Length));
        harness.Send(pod, frames);
        Assert.Equal(frames, harness.ReceiveCount(port, frames.Length));

        // Neither port sees what it sent itself.
        Assert.Empty(harness.Receive(port, 2 * Second));
        Assert.Empty(harness.Receive(pod, 2 * Second));
        Assert.Equal((200, 200), (port.Counters.TransmittedFrames, port.Counters.ReceivedFrames));
        Assert.Equal(frames.Sum(f => f.Length), port.Counters.TransmittedBytes);
        Assert.Equal(frames.Sum(f => f.Length), port.Counters.ReceivedBytes);
    }

    [SkippableFact]
    public void Frames_WithVlanTags_ArriveWithThem()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        static byte[] Tagged(string tags, int length) => [.. FrameOf(60)[..12], .. Convert.FromHexString(tags), .. FrameOf(length)[12..]];
        byte[][] frames = [Tagged("81000064", 60), Tagged("88a8e001", 60), Tagged("88a8000581000006", 60), Tagged("81000064", 1514), FrameOf(60)];

        harness.Send(pod, frames);

        Assert.Equal(frames.Select(Convert.ToHexString), harness.ReceiveCount(port, frames.Length).Select(Convert.ToHexString));
    }

    [SkippableFact]
    public void Descriptor_FrameWaits_IsReadableUntilItIsReceived()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();

        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
        harness.Send(pod, FrameOf(60));
        Assert.Equal(1, Poll.Wait(1000, port.Descriptor));
        Assert.Single(harness.Receive(port, Second));
        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
    }

    [SkippableFact]
    public void Receive_RingWrapsManyTimes_LosesNothing()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort(ringBytes: 1 << 17);
        using var pod = veth.OpenPodPort();
        for (var round = 0; round < 100; round++)
        {
            byte[][] frames = [.. Enumerable.Range(0, 50).Select(i => FrameOf(60 + i, (byte)(round + i)))];
            harness.Send(pod, frames);
            Assert.Equal(frames, harness.ReceiveCount(port, 50));
        }

        port.Refresh();
        Assert.Equal(0, port.Counters.ReceiveDropsOf(DropReason.RxRingFull));
    }

    [SkippableFact]
    public void Receive_RingOverflows_CountsTheKernelsDrops()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort(ringBytes: 1 << 16);
        using var pod = veth.OpenPodPort();
        for (var i = 0; i < 4; i++)
            harness.SendCopies(pod, FrameOf(60), 100);

        var received = harness.ReceiveAll(port, Second).Count;
        port.Refresh();

        Assert.InRange(received, 30, 45);
        Assert.Equal(400 - received, port.Counters.ReceiveDropsOf(DropReason.RxRingFull));
    }

    [SkippableFact]
    public void Receive_PoolEmptyOrVectorFull_LeavesFramesInTheRing()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness(frames: 600);
        using var small = new PortHarness(frames: 10);
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        for (var i = 0; i < 3; i++)
            harness.SendCopies(pod, FrameOf(60), 100);

        Assert.Equal(10, small.Receive(port, Second).Count);
        Assert.Equal(FrameVector.MaxCount, harness.Receive(port, Second).Count);
        Assert.Equal(34, harness.Receive(port, Second).Count);
    }

    [SkippableFact]
    public void Receive_FrameLongerThanABuffer_IsDropped()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var small = new PortHarness(frameCapacity: 200);
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        harness.Send(pod, FrameOf(201), FrameOf(200));

        Assert.Equal([FrameOf(200)], small.ReceiveCount(port, 1));
        Assert.Equal(1, port.Counters.ReceiveDropsOf(DropReason.RxTooLong));
    }

    [SkippableFact]
    public void Transmit_FrameBeyondTheMtu_IsDroppedAndTheOthersAreSent()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();

        var verdicts = harness.Send(port, FrameOf(60), FrameOf(1515), FrameOf(1514));

        Assert.Equal([Verdict.Transmit, Verdict.Drop(DropReason.TxTooLong), Verdict.Transmit], verdicts);
        Assert.Equal([FrameOf(60), FrameOf(1514)], harness.ReceiveCount(pod, 2));
        Assert.Equal(1, port.Counters.TransmitDropsOf(DropReason.TxTooLong));
        Assert.Equal(2, port.Counters.TransmittedFrames);
        Assert.True(port.State.IsUp);
    }

    [SkippableFact]
    public void Transmit_ShorterThanAnEthernetHeader_IsRefusedByTheKernelAndTheOthersAreSent()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();

        var verdicts = harness.Send(port, [FrameOf(60), [1, 2, 3], FrameOf(61)]);

        Assert.Equal([Verdict.Transmit, Verdict.Drop(DropReason.TxRefused), Verdict.Transmit], verdicts);
        Assert.Equal(1, port.Counters.TransmitDropsOf(DropReason.TxRefused));
        Assert.Equal([60, 61], harness.ReceiveCount(pod, 2).Select(frame => frame.Length));
    }

    [SkippableFact]
    public void Interface_DownAndUpAgain_IsStateAndDropsAndThenFramesPass()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();

        veth.Host.Ip("link set cali0 down");
        Assert.Equal([Verdict.Drop(DropReason.PortDown), Verdict.Drop(DropReason.PortDown)], harness.Send(port, FrameOf(60), FrameOf(60)));
        Assert.Equal("the interface is down", port.State.Reason);
        Assert.Empty(harness.Receive(port, Second));
        Assert.Equal(0, Poll.Wait(0, port.Descriptor)); // the error is taken: a polling worker sleeps
        Assert.Equal(2, port.Counters.TransmitDropsOf(DropReason.PortDown));

        veth.Host.Ip("link set cali0 up");
        harness.Receive(port, 2 * Second);
        Assert.True(port.State.IsUp);
        harness.Send(pod, FrameOf(60));
        harness.ReceiveAll(pod, Second);
        Assert.Equal([Verdict.Transmit], harness.Send(port, FrameOf(61)));
        Assert.Equal([FrameOf(60)], harness.ReceiveCount(port, 1));
        Assert.Equal([FrameOf(61)], harness.ReceiveCount(pod, 1));
    }

    [SkippableFact]
    public void Interface_PeerDown_HasNoCarrier()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
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
        using var port = veth.OpenPort();
        veth.Host.Ip("link del cali0");

        Assert.Equal([Verdict.Drop(DropReason.PortDown)], harness.Send(port, FrameOf(60)));
        Assert.Empty(harness.Receive(port, Second));
        Assert.Equal("the interface is gone", port.State.Reason);
        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
    }

    [SkippableFact]
    public void Interface_RenamedAndGivenAnotherMtu_IsFollowed()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        veth.Host.Ip("link set cali0 down");
        veth.Host.Ip("link set cali0 name other0");
        veth.Host.Ip("link set other0 mtu 1300 up");

        harness.Receive(port, Second);

        Assert.True(port.State.IsUp);
        Assert.Equal(1300, port.Mtu);
    }

    [SkippableFact]
    public void ReceiveAndTransmit_SteadyState_AllocateNothing()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        var frame = FrameOf(60);
        var now = 0L;

        Allocation.AssertNone(() =>
        {
            harness.SendCopies(pod, frame, 100);
            harness.SendCopies(port, frame, 100);
            harness.ReceiveAndFree(port, now += 10_000_000);
            harness.ReceiveAndFree(pod, now);
        });
        port.Refresh();
        Assert.Equal(port.Counters.TransmittedFrames, port.Counters.ReceivedFrames);
    }

    [SkippableFact]
    public void Dispose_Twice_LeavesNoSocketBehind()
    {
        using var veth = new VethPair();
        string[] Sockets() => veth.Host.Exec("cat /proc/net/packet").Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        var port = veth.OpenPort();
        Assert.Equal(3, Sockets().Length);

        port.Dispose();
        port.Dispose();

        Assert.Empty(Sockets());
    }

    [SkippableFact]
    public void NextLook_NothingComes_IsASecondAfterTheInterfaceWasLookedAt()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        harness.Receive(port, 5_000_000_000);
        harness.Receive(port, 5_050_000_000); // too soon to look again

        Assert.Equal(6_000_000_000, port.NextLook(5_050_000_000));
        harness.Receive(port, 5_100_000_000);
        Assert.Equal(6_100_000_000, port.NextLook(5_100_000_000));
    }

    [SkippableFact]
    public void NextLook_FramesCame_IsSoonSoThatLostOnesAreCounted()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenPort();
        using var pod = veth.OpenPodPort();
        harness.Receive(port, 5_000_000_000);
        harness.Send(pod, FrameOf(60));
        Assert.Single(harness.ReceiveCount(port, 1, from: 5_001_000_000));

        Assert.Equal(5_100_000_000, port.NextLook(5_000_000_000));
        harness.Receive(port, 5_100_000_000);
        Assert.Equal(6_100_000_000, port.NextLook(5_100_000_000));
    }
}
