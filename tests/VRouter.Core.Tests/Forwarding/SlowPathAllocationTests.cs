using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>What is not forwarding allocates nothing either: ARP both ways, frames that wait, timeouts, echo, ICMP errors.</summary>
public sealed class SlowPathAllocationTests : IFrameTransmitter
{
    private const string Zero = "00:00:00:00:00:00";
    private int transmitted;

    [Fact]
    public void Engine_ArpEchoErrorsAndTimeouts_AllocatesNothing()
    {
        using var pool = new FramePool(1024);
        var engine = new ForwardingEngine(pool, this, new EngineOptions()) { Tables = Alone };
        byte[][] fromWorkload =
        [
            ArpFrame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxAddress, "169.254.1.1"),
            ArpFrame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxAddress, OtherAddress),
            ArpFrame(BusyboxMac, BroadcastMac, ArpOperation.Request, "10.9.0.9", "10.2.0.1"),
            ArpFrame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxAddress, "10.3.0.1"),
            Ethernet(BusyboxMac, WorkloadGatewayMac, IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, EchoRequest())),
            Ethernet(BusyboxMac, WorkloadGatewayMac, IPv4(BusyboxAddress, PeerAddress, IpProtocol.Udp, Pattern(100), ttl: 1)),
            Ethernet(BusyboxMac, WorkloadGatewayMac, IPv4(BusyboxAddress, "8.8.8.8", IpProtocol.Udp, Pattern(100))),
            Ethernet(BusyboxMac, WorkloadGatewayMac, IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(1480), dontFragment: true)),
            Ethernet(BusyboxMac, WorkloadGatewayMac, IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(100))), // waits for the gateway
            Ethernet(BusyboxMac, WorkloadGatewayMac, IPv4(BusyboxAddress, "172.16.6.99", IpProtocol.Udp, Pattern(100))), // nobody answers
            Ethernet(BusyboxMac, WorkloadGatewayMac, WithOptions(IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(100)), Hex("07 07 04 00000000 44 0d 05 01 0000000000000000 00"))),
            Ethernet(BusyboxMac, WorkloadGatewayMac, WithOptions(IPv4(BusyboxAddress, PeerAddress, IpProtocol.Udp, Pattern(100)), Hex("44 04 05 f0"))),
        ];
        byte[][] fromUplink =
        [
            ArpFrame(GatewayMac, UplinkMac, ArpOperation.Reply, GatewayAddress, NodeAddress),
            ArpFrame(GatewayMac, BroadcastMac, ArpOperation.Request, GatewayAddress, NodeAddress),
        ];
        var vector = new FrameVector();
        long now = 0;
        Round();

        Assert.Equal(0, Allocation.LeastOfBatches(60, Round));
        Assert.True(transmitted > 300 * 6);
        Assert.True(engine.Counters.DropsOf(DropReason.NeighborUnresolved) > 50);
        engine.Flush(now);
        Assert.Equal(0, pool.Outstanding);

        void Round()
        {
            now += 700_000_000;
            Send(Busybox, fromWorkload);
            engine.Tick(now);
            Send(Uplink, fromUplink);
            engine.Tick(now);
        }

        void Send(int port, byte[][] frames)
        {
            foreach (var bytes in frames)
            {
                Assert.True(pool.TryRent(out var frame));
                bytes.CopyTo(frame.Reset(pool, bytes.Length));
                vector.Add(frame);
            }

            engine.Process(port, vector, now);
        }
    }

    void IFrameTransmitter.Transmit(int port, FrameVector vector)
    {
        transmitted += vector.Count;
        vector.Verdicts.Fill(Verdict.Transmit);
    }

    private static byte[] ArpFrame(string source, string destination, ushort operation, string sender, string target) => Ethernet(
        MacAddress.Parse(source),
        MacAddress.Parse(destination),
        EtherType.Arp,
        Arp(operation, source, sender, Zero, target));
}
