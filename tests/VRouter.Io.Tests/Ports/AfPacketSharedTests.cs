using System.Buffers.Binary;
using VRouter.Core.Wire;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Support;
using VRouter.TestKit;

namespace VRouter.Io.Tests.Ports;

/// <summary>Ports of several workers on one interface.</summary>
public sealed class AfPacketSharedTests
{
    private const long Second = 1_000_000_000;
    private const int Workers = 3;
    private const int Flows = 64;
    private const string PodMac = "02:00:00:00:00:01";
    private const string RouterMac = "ee:ee:ee:ee:ee:ee";

    [SkippableFact]
    public void Receive_ManyFlows_EachFrameOnceEachFlowAtOneWorkerInOrder()
    {
        using var veth = new VethPair();
        using var ports = new Shared(veth);
        using var pod = veth.OpenPodPort();
        using var harness = new PortHarness(4096);
        const int Rounds = 40;
        var received = Enumerable.Range(0, Workers).Select(_ => new List<(int Flow, int Number)>()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            harness.Send(pod, [.. Enumerable.Range(0, Flows).Select(flow => Datagram(flow, round))]);
            ports.Collect(harness, received);
        }

        ports.WaitFor(harness, received, Rounds * Flows);

        var workerOf = new Dictionary<int, int>();
        for (var worker = 0; worker < Workers; worker++)
        {
            foreach (var flow in received[worker].GroupBy(frame => frame.Flow))
            {
                Assert.True(workerOf.TryAdd(flow.Key, worker), $"flow {flow.Key} came to workers {workerOf[flow.Key]} and {worker}");
                Assert.Equal(Enumerable.Range(0, Rounds), flow.Select(frame => frame.Number));
            }
        }

        Assert.Equal(Flows, workerOf.Count);
        Assert.All(received, frames => Assert.NotEmpty(frames));
    }

    [SkippableFact]
    public void Receive_BothDirectionsOfAFlow_ComeToTheSameWorker()
    {
        using var veth = new VethPair();
        using var ports = new Shared(veth);
        using var pod = veth.OpenPodPort();
        using var harness = new PortHarness();
        var received = Enumerable.Range(0, Workers).Select(_ => new List<(int Flow, int Number)>()).ToArray();
        for (var flow = 0; flow < Flows; flow++)
            harness.Send(pod, Datagram(flow, 1), Datagram(flow, 2, isReverse: true));
        ports.WaitFor(harness, received, 2 * Flows);

        foreach (var frames in received)
            Assert.All(frames.GroupBy(frame => frame.Flow), flow => Assert.Equal([1, 2], flow.Select(frame => frame.Number)));
    }

    [SkippableTheory]
    [InlineData(IpProtocol.Udp)]
    [InlineData(IpProtocol.IPv4)]
    public void Receive_FragmentsOfADatagram_ComeToTheSameWorker(byte protocol)
    {
        const int Pieces = 3, Length = 80;
        using var veth = new VethPair();
        using var ports = new Shared(veth);
        using var pod = veth.OpenPodPort();
        using var harness = new PortHarness();
        // Each sender's datagrams have other L4 ports, or inner addresses, which only the first fragments show.
        for (var sender = 0; sender < Flows; sender++)
        {
            for (byte datagram = 0; datagram < 2; datagram++)
            {
                for (var piece = 0; piece < Pieces; piece++)
                    harness.Send(pod, Fragment(sender, datagram, piece));
            }
        }

        var received = Enumerable.Range(0, Workers).Select(_ => new List<(int Sender, int Offset)>()).ToArray();
        for (var tries = 0; received.Sum(frames => frames.Count) < Flows * 2 * Pieces && tries < 300; tries++)
        {
            for (var worker = 0; worker < Workers; worker++)
                received[worker].AddRange(harness.ReceiveAll(ports.All[worker]).Where(frame => frame.Length == 34 + Length).Select(frame => ((int)frame[29], BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(20)) & 0x1fff)));
            Poll.Wait(10, [.. ports.All.Select(port => port.Descriptor)]);
        }

        Assert.Equal(Flows, received.Sum(frames => frames.GroupBy(frame => frame.Sender).Count()));
        foreach (var sender in received.SelectMany(frames => frames.GroupBy(frame => frame.Sender)))
            Assert.Equal([0, 10, 20, 0, 10, 20], sender.Select(frame => frame.Offset));
        Assert.All(received, frames => Assert.NotEmpty(frames));

        byte[] Fragment(int sender, byte datagram, int piece)
        {
            var payload = new byte[Length];
            payload.AsSpan().Fill((byte)((sender * 2) + datagram));
            if (protocol == IpProtocol.IPv4)
                payload[0] = 0x45;
            return FrameBuilder.Ethernet(PodMac, RouterMac, FrameBuilder.IPv4(
                $"10.0.1.{sender}", "10.0.0.2", protocol, payload, identification: datagram, moreFragments: piece < Pieces - 1, fragmentOffset: piece * Length));
        }
    }

    [SkippableFact]
    public void Transmit_ByAnyWorker_IsSentOnceAndSeenByNone()
    {
        using var veth = new VethPair();
        using var ports = new Shared(veth);
        using var pod = veth.OpenPodPort();
        using var harness = new PortHarness();
        foreach (var port in ports.All)
            Assert.All(harness.Send(port, Datagram(1, 7)), verdict => Assert.False(verdict.IsDrop));

        var arrived = 0;
        for (var tries = 0; arrived < Workers && tries < 300; tries++)
        {
            arrived += harness.ReceiveAll(pod, Second).Count(frame => NumberOf(frame) is { Number: 7 });
            Poll.Wait(10, pod.Descriptor);
        }

        Assert.Equal(Workers, arrived);
        Assert.All(ports.All, port => Assert.DoesNotContain(harness.ReceiveAll(port), frame => NumberOf(frame) is not null));
        Assert.All(ports.All, port => Assert.Equal(1, port.Counters.TransmittedFrames));
    }

    [SkippableFact]
    public void Interface_DownAndUpAgain_EachFrameStillComesOnce()
    {
        using var veth = new VethPair();
        using var ports = new Shared(veth);
        using var pod = veth.OpenPodPort();
        using var harness = new PortHarness();
        veth.Host.Ip("link set cali0 down");
        Assert.All(ports.All, port =>
        {
            harness.ReceiveAll(port, Second);
            Assert.False(port.State.IsUp);
        });
        veth.Host.Ip("link set cali0 up");
        var received = Enumerable.Range(0, Workers).Select(_ => new List<(int Flow, int Number)>()).ToArray();

        harness.Send(pod, [.. Enumerable.Range(0, Flows).Select(flow => Datagram(flow, 1))]);
        ports.WaitFor(harness, received, Flows);

        Assert.Equal(Enumerable.Range(0, Flows), received.SelectMany(frames => frames).Select(frame => frame.Flow).Order());
        Assert.All(ports.All, port =>
        {
            harness.ReceiveAll(port, 3 * Second);
            Assert.True(port.State.IsUp);
        });
    }

    [SkippableFact]
    public void OpenShared_ForOne_IsAPortAsAnyOther()
    {
        using var veth = new VethPair();
        var opened = AfPacketPort.OpenShared("cali0", 1, veth.Host.Name).OrThrow();
        using var port = Assert.Single(opened);

        Assert.Equal(PortState.Up, port.State);
    }

    private static byte[] Datagram(int flow, int number, bool isReverse = false)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, flow);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), number);
        var (source, destination, sourcePort, destinationPort) = ("10.0.0.1", "10.0.0.2", (ushort)(1000 + flow), (ushort)4001);
        if (isReverse)
            (source, destination, sourcePort, destinationPort) = (destination, source, destinationPort, sourcePort);
        var datagram = FrameBuilder.Udp(source, destination, sourcePort, destinationPort, payload);
        return FrameBuilder.Ethernet(PodMac, RouterMac, FrameBuilder.IPv4(source, destination, IpProtocol.Udp, datagram));
    }

    // The kernel's own chatter (neighbor discovery) is not ours.
    private static (int Flow, int Number)? NumberOf(byte[] frame)
    {
        const int Payload = EthernetHeader.Size + IPv4Header.MinimumSize + UdpHeader.Size;
        return frame.Length != Payload + 8 || frame[12] != 0x08 || frame[13] != 0
            ? null
            : (BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(Payload)), BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(Payload + 4)));
    }

    private sealed class Shared(VethPair veth) : IDisposable
    {
        public IReadOnlyList<AfPacketPort> All { get; } = AfPacketPort.OpenShared("cali0", Workers, veth.Host.Name).OrThrow();

        public void Collect(PortHarness harness, List<(int Flow, int Number)>[] received)
        {
            for (var worker = 0; worker < Workers; worker++)
                received[worker].AddRange(harness.ReceiveAll(All[worker]).Select(NumberOf).OfType<(int, int)>());
        }

        public void WaitFor(PortHarness harness, List<(int Flow, int Number)>[] received, int count)
        {
            Collect(harness, received);
            for (var tries = 0; received.Sum(frames => frames.Count) < count && tries < 300; tries++)
            {
                Poll.Wait(10, [.. All.Select(port => port.Descriptor)]);
                Collect(harness, received);
            }

            Assert.Equal(count, received.Sum(frames => frames.Count));
        }

        public void Dispose()
        {
            foreach (var port in All)
                port.Dispose();
        }
    }
}
