using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tests.Properties;
using VRouter.Core.Wire;
using VRouter.TestKit.Properties;

namespace VRouter.Core.Tests.Requirements;

/// <summary>What RFC 1812 demands of a whole router, and no test of a stage shows: a pod and an uplink, plain routes, both paths of the engine.</summary>
public sealed class RouterRequirementTests : IDisposable
{
    private readonly TunnelEnds[] routers = [new(0, fused: false), new(0, fused: true)];

    public RouterRequirementTests()
    {
        foreach (var router in routers)
            router.Connect(AdjacencyKind.NextHop, 1500, strict: false);
    }

    public void Dispose()
    {
        foreach (var router in routers)
            router.Dispose();
    }

    private static NaivePacket ToThePeer => new() { Source = TunnelEnds.Pod(0).Value, Destination = TunnelEnds.Pod(1).Value, Payload = new byte[16] };

    private static NaivePacket Echo => ToThePeer with
    {
        Destination = TunnelEnds.Node(0).Value, Protocol = 1, Payload = [8, 0, 0xf7, 0xff, 0, 0, 0, 0],
    };

    [Theory]
    [Rfc("1812-4.2.2.9-ttl-of-own")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public void EchoToTheRouter_AnyTtl_IsAnswered(byte ttl)
    {
        foreach (var reply in routers.Select(router => Single(router, Echo with { Ttl = ttl }, TunnelEnds.PodPort)))
            Assert.Equal((64, TunnelEnds.Node(0).Value), (reply.Ttl, reply.Source));
    }

    [Fact]
    [Rfc("1812-4.2.2.1-stream-identifier", "1812-4.2.2.6-unknown-options")]
    public void EchoToTheRouter_WithOptions_IsAnsweredAsWithout()
    {
        // Stream identifier (RFC 791 §3.1), and a type that nobody has assigned.
        foreach (var options in new byte[][] { [0x88, 4, 1, 2], [0x1f, 4, 1, 2] })
        {
            foreach (var router in routers)
                Assert.Equal(Single(router, Echo, TunnelEnds.PodPort).ToBytes(), Single(router, Echo with { Options = options }, TunnelEnds.PodPort).ToBytes());
        }
    }

    [Fact]
    [Rfc("1812-4.2.2.6-unknown-options", "1812-5.3.13.1-unknown", "1812-5.3.13.3-stream-identifier")]
    public void Forward_OptionOfAnyType_PassesUnchanged()
    {
        // Record route, which would be full, is the only one of those known that is well-formed so.
        foreach (var type in Enumerable.Range(2, 254).Except([IPv4OptionType.Timestamp, IPv4OptionType.LooseSourceRoute, IPv4OptionType.StrictSourceRoute, IPv4OptionType.RouterAlert]))
        {
            var packet = ToThePeer with { Options = [(byte)type, 3, 4, 0] };
            foreach (var router in routers)
                Assert.Equal((packet with { Ttl = 63 }).ToBytes(), Single(router, packet, TunnelEnds.UplinkPort).ToBytes());
        }
    }

    [Fact]
    [Rfc("1812-5.3.3.3-accept", "1812-5.3.3.3-change", "1812-5.2.5-reserved-drop", "1812-5.2.5-reserved-keep", "1812-4.2.2.3-reserved-bits")]
    public void Forward_AnyTypeOfServiceAndReservedFlag_PassesUnchanged()
    {
        for (var tos = 0; tos < 256; tos++)
        {
            var packet = ToThePeer with { TosEcn = (byte)tos, ReservedFlag = tos % 2 == 0 };
            foreach (var router in routers)
                Assert.Equal((packet with { Ttl = 63 }).ToBytes(), Single(router, packet, TunnelEnds.UplinkPort).ToBytes());
        }
    }

    [Fact]
    [Rfc("1812-5.2.5-reserved-keep")]
    public void Fragments_OfAPacketWithTheReservedFlag_AllHaveIt()
    {
        foreach (var router in routers)
        {
            router.Connect(AdjacencyKind.NextHop, 100, strict: false);
            router.Process(TunnelEnds.PodPort, [(ToThePeer with { ReservedFlag = true, Payload = new byte[300] }).ToBytes()]);

            Assert.Equal(4, router.Sent[TunnelEnds.UplinkPort].Count);
            Assert.All(router.Sent[TunnelEnds.UplinkPort], frame => Assert.True(NaivePacket.Read(frame.AsSpan(14))!.ReservedFlag));
        }
    }

    [Fact]
    [Rfc("1812-4.2.2.3-own")]
    public void OwnPackets_AboutOneWithTheReservedFlag_DoNotHaveIt()
    {
        foreach (var router in routers)
        {
            Assert.False(Single(router, Echo with { ReservedFlag = true }, TunnelEnds.PodPort).ReservedFlag);
            Assert.False(Single(router, ToThePeer with { ReservedFlag = true, Ttl = 1 }, TunnelEnds.PodPort).ReservedFlag);
        }
    }

    [Fact]
    [Rfc("1812-4.3.2.1-unknown-type")]
    public void IcmpToTheRouter_OfUnknownType_IsDiscardedSilently()
    {
        for (var type = 41; type < 256; type++)
        {
            var message = new byte[] { (byte)type, 0, (byte)~type, 0xff, 0, 0, 0, 0 };
            foreach (var router in routers)
            {
                router.Process(TunnelEnds.PodPort, [(Echo with { Payload = message }).ToBytes()]);
                Assert.Equal([0, 0], router.Sent.Select(sent => sent.Count));
                Assert.Equal(type - 40, router.Counters.DropsOf(DropReason.LocalIgnored));
            }
        }
    }

    [Fact]
    [Rfc("1812-4.3.2.7-invalid", "1812-4.3.2.7-silent", "1812-4.2.2.11-invalid-source")]
    [Rfc("1812-5.2.1-verify-first")]
    public void Invalid_InAnyWay_IsDiscardedSilently()
    {
        var packet = ToThePeer.ToBytes();
        byte[][] broken =
        [
            packet[..19], Changed(packet, 0, 0x65), Changed(packet, 0, 0x44), Changed(packet, 3, 19), Changed(packet, 3, 200), Changed(packet, 11, (byte)(packet[11] ^ 1)),
            .. new uint[] { 0, 0x00010203, 0x7f000001, 0xe0000001, 0xf0000001, 0xffffffff, TunnelEnds.Node(0).Value }.Select(source => (ToThePeer with { Source = source, Ttl = 1 }).ToBytes()),
        ];
        foreach (var router in routers)
        {
            foreach (var bytes in broken)
            {
                router.Process(TunnelEnds.PodPort, [bytes]);
                Assert.Equal([0, 0], router.Sent.Select(sent => sent.Count));
            }

            Assert.Equal(broken.Length, router.Counters.Received.Dropped);
        }
    }

    private static NaivePacket Single(TunnelEnds router, NaivePacket packet, int port)
    {
        router.Process(TunnelEnds.PodPort, [packet.ToBytes()]);
        return NaivePacket.Read(Assert.Single(router.Sent[port]).AsSpan(14))!;
    }

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] = value;
        return changed;
    }
}
