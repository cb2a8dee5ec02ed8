using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tests.Properties;
using VRouter.Core.Wire;
using VRouter.TestKit.Properties;

namespace VRouter.Core.Tests.Requirements;

/// <summary>What the tunnels' RFCs demand of a whole router, and no test of a stage shows: a pod, an uplink and a tunnel to the other node, both paths of the engine.</summary>
public sealed class TunnelRequirementTests : IDisposable
{
    private readonly TunnelEnds[] routers = [new(0, fused: false), new(0, fused: true)];

    public void Dispose()
    {
        foreach (var router in routers)
            router.Dispose();
    }

    private static NaivePacket Echo => new()
    {
        Source = TunnelEnds.Pod(1).Value, Destination = TunnelEnds.Node(0).Value, Protocol = 1, Payload = [8, 0, 0xf7, 0xff, 0, 0, 0, 0],
    };

    [Theory]
    [Rfc("2003-3.1-inner-ttl-zero", "1812-5.2.7.3-time-exceeded")]
    [InlineData(false)]
    [InlineData(true)]
    public void OutOfIpip_WithTtlZero_IsDiscardedWithTimeExceeded(bool toThePod)
    {
        var packet = Echo with { Ttl = 0, Destination = toThePod ? TunnelEnds.Pod(0).Value : TunnelEnds.Node(0).Value };
        foreach (var router in routers)
        {
            router.Connect(AdjacencyKind.Ipip, 1480, strict: false);
            router.Process(TunnelEnds.UplinkPort, [OverIpip(packet)]);

            Assert.Equal(1, router.Counters.Received.DropsOf(DropReason.TtlExpired));
            Assert.Empty(router.Sent[TunnelEnds.PodPort]);
            var error = NaivePacket.Read(NaivePacket.Read(Assert.Single(router.Sent[TunnelEnds.UplinkPort]).AsSpan(14))!.Payload)!;
            Assert.Equal((TunnelEnds.Node(0).Value, TunnelEnds.Pod(1).Value, (byte)1), (error.Source, error.Destination, error.Protocol));
            Assert.Equal([IcmpType.TimeExceeded, IcmpTimeExceededCode.Transit], error.Payload[..2]);
            Assert.Equal(packet.ToBytes(), error.Payload[8..]);
        }
    }

    [Fact]
    [Rfc("2003-3.1-inner-ttl-zero")]
    public void OutOfIpip_WithTtlOneToTheRouter_IsAnswered()
    {
        foreach (var router in routers)
        {
            router.Connect(AdjacencyKind.Ipip, 1480, strict: false);
            router.Process(TunnelEnds.UplinkPort, [OverIpip(Echo with { Ttl = 1 })]);

            var reply = NaivePacket.Read(NaivePacket.Read(Assert.Single(router.Sent[TunnelEnds.UplinkPort]).AsSpan(14))!.Payload)!;
            Assert.Equal((TunnelEnds.Pod(1).Value, IcmpType.EchoReply), (reply.Destination, reply.Payload[0]));
        }
    }

    [Fact]
    [Rfc("2003-3.1-inner-ttl-zero", "1812-4.3.2.7-invalid")]
    public void OutOfIpip_WithTtlZeroInADamagedHeader_IsDiscardedSilently()
    {
        foreach (var router in routers)
        {
            router.Connect(AdjacencyKind.Ipip, 1480, strict: false);
            var outer = OverIpip(Echo with { Ttl = 0 });
            outer[IPv4Header.MinimumSize + 10] ^= 1;
            router.Process(TunnelEnds.UplinkPort, [outer]);

            Assert.Equal([0, 0], router.Sent.Select(sent => sent.Count));
            Assert.Equal(1, router.Counters.Received.DropsOf(DropReason.IPv4Checksum));
        }
    }

    private static byte[] OverIpip(NaivePacket packet) =>
        new NaivePacket { Source = TunnelEnds.Node(1).Value, Destination = TunnelEnds.Node(0).Value, Protocol = 4, Payload = packet.ToBytes() }.ToBytes();
}
