using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;
using VRouter.Io.Tests.Support;
using static VRouter.Io.Tests.Support.ExperimentFrame;

namespace VRouter.Io.Tests.Ports;

/// <summary>Frames through AF_XDP ports.</summary>
public class AfXdpPortTests
{
    private const long Second = 1_000_000_000;

    [SkippableFact]
    public void Open_Interface_GivesItsNameMacAndMtu()
    {
        using var veth = new VethPair(mtu: 1400);
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);

        Assert.Equal(("cali0", "af-xdp", "native", 1400), (port.Name, port.Driver, port.Mode, port.Mtu));
        Assert.Equal(MacAddress.WorkloadGateway, port.Mac);
        Assert.Equal(PortState.Up, port.State);
        Assert.True(port.Descriptor >= 0);
    }

    [SkippableFact]
    public void Frames_BothWays_ArriveWholeAndInOrder()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(i => FrameOf(14 + (i * 7), (byte)i))];
        harness.Receive(port); // gives the kernel frames to receive into

        Assert.All(harness.Send(port, frames), verdict => Assert.Equal(Verdict.Hold, verdict));
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
    public void Frames_ThroughTwoPortsOfOneMemory_AreForwardedFromWhereTheyLie()
    {
        using var left = new VethPair();
        using var right = new VethPair();
        using var harness = new PortHarness();
        var memory = new XdpMemory(harness.Pool);
        using var leftPort = left.OpenXdpPort(memory);
        using var rightPort = right.OpenXdpPort(memory);
        using var sender = left.OpenPodPort();
        using var receiver = right.OpenPodPort();
        var vector = new FrameVector();
        leftPort.Receive(harness.Pool, vector, 0);

        for (var round = 0; round < 50; round++)
        {
            byte[][] frames = [.. Enumerable.Range(0, 100).Select(i => FrameOf(60 + i, (byte)(round + i)))];
            harness.Send(sender, frames);
            for (var tries = 0; vector.Count < 100 && tries < 300; tries++)
            {
                leftPort.Receive(harness.Pool, vector, Second);
                Poll.Wait(vector.Count < 100 ? 1 : 0, leftPort.Descriptor);
            }

            rightPort.Transmit(vector);
            Assert.All(vector.Verdicts.ToArray(), verdict => Assert.Equal(Verdict.Hold, verdict));
            vector.Clear();
            Assert.Equal(frames, harness.ReceiveCount(receiver, 100));
        }

        rightPort.Receive(harness.Pool, vector, Second); // takes the last frames back from the kernel
        Assert.Equal(512, harness.Pool.Outstanding);     // what the two ports keep ready
    }

    [SkippableFact]
    public void Receive_RingWrapsManyTimes_LosesNothing()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        harness.Receive(port);
        for (var round = 0; round < 60; round++)
        {
            byte[][] frames = [.. Enumerable.Range(0, 50).Select(i => FrameOf(60 + i, (byte)(round + i)))];
            harness.Send(pod, frames);
            Assert.Equal(frames, harness.ReceiveCount(port, 50));
            Assert.All(harness.Send(port, frames), verdict => Assert.Equal(Verdict.Hold, verdict));
            Assert.Equal(frames, harness.ReceiveCount(pod, 50));
        }

        port.Refresh();
        Assert.Equal(0, port.Counters.ReceiveDropsOf(DropReason.RxRingFull));
    }

    [SkippableFact]
    public void Receive_RingOverflows_CountsTheKernelsDrops()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        harness.Receive(port);
        for (var i = 0; i < 6; i++)
            harness.SendCopies(pod, FrameOf(60), 100);
        Assert.Equal(600, pod.Counters.TransmittedFrames);

        var received = harness.ReceiveAll(port, Second).Count;
        port.Refresh();

        Assert.Equal(256, received);
        Assert.Equal(600 - received, port.Counters.ReceiveDropsOf(DropReason.RxRingFull));
    }

    [SkippableFact]
    public void Receive_BurstsThenQuiet_LendsMoreFramesAndTakesThemBack()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness(frames: 4096);
        var options = new AfXdpOptions { NetworkNamespace = veth.Host.Name, ReadyFrames = 256, MostReadyFrames = 1024 };
        using var port = AfXdpPort.Open("cali0", new XdpMemory(harness.Pool), options).OrThrow();
        using var pod = veth.OpenPodPort();
        harness.Receive(port);
        Assert.Equal(256, harness.Pool.Outstanding);
        int Burst()
        {
            for (var i = 0; i < 10; i++)
                harness.SendCopies(pod, FrameOf(60), 100);
            return harness.ReceiveAll(port).Count;
        }

        Assert.Equal(256, Burst());
        Assert.Equal(512, Burst());
        Assert.Equal(1000, Burst());
        for (var interval = 1; harness.Pool.Outstanding > 256 && interval < 100; interval++)
        {
            harness.SendCopies(pod, FrameOf(60), 20);
            Assert.Equal(20, harness.ReceiveAll(port, interval * Second / 10).Count);
        }

        Assert.InRange(harness.Pool.Outstanding, 193, 256); // added in batches of 64
    }

    [SkippableFact]
    public void Descriptor_OfAPortThatSends_IsNoSocketThatSends()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);

        // The kernel tells who waits on a socket of each frame that was sent through it. Only one that sends can be ready to write.
        Assert.Equal(0, Poll.WaitToWrite(0, port.Descriptor));
        Assert.All(harness.Send(port, FrameOf(60)), verdict => Assert.Equal(Verdict.Hold, verdict));
    }

    [SkippableFact]
    public void Receive_VectorFull_LeavesFramesInTheRing()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(new XdpMemory(harness.Pool), readyFrames: 512);
        using var pod = veth.OpenPodPort();
        harness.Receive(port);
        for (var i = 0; i < 3; i++)
            harness.SendCopies(pod, FrameOf(60), 100);

        Assert.Equal(FrameVector.MaxCount, harness.Receive(port, Second).Count);
        Assert.Equal(44, harness.Receive(port, Second).Count);
    }

    [SkippableFact]
    public void Receive_PoolWasEmpty_GoesOnWhenFramesAreBack()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        var taken = new List<Frame>();
        while (harness.Pool.TryRent(out var frame))
            taken.Add(frame);
        harness.Receive(port, Second);
        harness.Receive(pod);
        // No frame that comes can tell that the pool has some again.
        Assert.InRange(port.NextLook(Second), Second, Second + 10_000_000);
        foreach (var frame in taken)
            harness.Pool.Return(frame);

        harness.Receive(port, Second);
        Assert.Equal(2 * Second, port.NextLook(Second));
        harness.Send(pod, FrameOf(60));

        Assert.Equal([FrameOf(60)], harness.ReceiveCount(port, 1));
    }

    [SkippableFact]
    public void Transmit_OddFrames_AreDroppedWithTheirReasons()
    {
        using var veth = new VethPair(mtu: 1400);
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        byte[] tagged = [.. FrameOf(60)[..12], 0x81, 0, 0, 5, .. FrameOf(1414)[12..]];

        Assert.Equal(
            [Verdict.Drop(DropReason.TxTooLong), Verdict.Hold, Verdict.Drop(DropReason.TxRefused), Verdict.Hold, Verdict.Hold],
            harness.Send(port, FrameOf(1415), FrameOf(1414), [1, 2, 3], tagged, FrameOf(60)));

        Assert.Equal([FrameOf(1414), tagged, FrameOf(60)], harness.ReceiveCount(pod, 3));
        Assert.Equal((1, 1, 3), (port.Counters.TransmitDropsOf(DropReason.TxTooLong), port.Counters.TransmitDropsOf(DropReason.TxRefused), port.Counters.TransmittedFrames));
    }

    [SkippableFact]
    public void Transmit_FrameOfAnotherPool_IsRefused()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var other = new PortHarness();
        using var port = veth.OpenXdpPort(harness);

        Assert.Equal([Verdict.Drop(DropReason.TxRefused)], other.Send(port, FrameOf(60)));
    }

    [SkippableFact]
    public void Descriptor_FrameWaits_IsReadableUntilItIsReceived()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        harness.Receive(port);

        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
        harness.Send(pod, FrameOf(60));
        Assert.Equal(1, Poll.Wait(1000, port.Descriptor));
        Assert.Single(harness.Receive(port, Second));
        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
    }

    [SkippableFact]
    public void Frames_GenericMode_PassBothWays()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        veth.Host.Ip("link add link cali0 name sub0 type macvlan mode private");
        veth.Host.Ip("link set sub0 up");
        using var port = AfXdpPort.Open("sub0", new XdpMemory(harness.Pool), new AfXdpOptions { NetworkNamespace = veth.Host.Name, ReadyFrames = 256 }).OrThrow();
        using var pod = veth.OpenPodPort();
        harness.Receive(port);
        Assert.Equal("generic", port.Mode);
        var frame = FrameOf(60);
        port.Mac.Write(frame);

        harness.Send(pod, frame);
        Assert.Equal([frame], harness.ReceiveCount(port, 1));
        Assert.Equal([Verdict.Hold], harness.Send(port, FrameOf(61)));
        Assert.Equal([FrameOf(61)], harness.ReceiveCount(pod, 1));
    }

    [SkippableFact]
    public void ReceiveAndTransmit_SteadyState_AllocateNothing()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        var frame = FrameOf(60);
        var now = 0L;
        harness.Receive(port);

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
    public void Dispose_Twice_LeavesNoProgramAndNoFrameBehind()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        string Shown() => veth.Host.Ip("-d link show cali0");
        var port = veth.OpenXdpPort(harness);
        using var pod = veth.OpenPodPort();
        harness.Receive(port);
        harness.Send(pod, FrameOf(60), FrameOf(60)); // never received
        harness.Send(port, FrameOf(60));
        Assert.Contains("xdp", Shown());
        Assert.True(harness.Pool.Outstanding >= 256);

        port.Dispose();
        port.Dispose();

        Assert.DoesNotContain("xdp", Shown());
        Assert.Equal(0, harness.Pool.Outstanding);
        using var again = veth.OpenXdpPort(harness);
        harness.Receive(again);
        harness.Send(pod, FrameOf(62));
        Assert.Equal([FrameOf(62)], harness.ReceiveCount(again, 1));
    }

    [SkippableFact]
    public void Receive_PoolOfAnotherWorker_Throws()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var other = new PortHarness();
        using var port = veth.OpenXdpPort(harness);

        Assert.Throws<ArgumentException>(() => other.Receive(port));
    }
}
