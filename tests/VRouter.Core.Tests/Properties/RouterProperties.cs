using VRouter.Core.Tests.Fused;
using VRouter.Core.Wire;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>What holds for a router whatever it receives and however its tables change.</summary>
public sealed class RouterProperties(ITestOutputHelper output) : PropertyTests(output)
{
    private const long Millisecond = 1_000_000;

    [Property(Cases = 500)]
    public void Counters_AnyTraffic_AddUpAfterEachStep() => Check(
        Traffic.Make,
        Traffic.Shrink,
        traffic =>
        {
            foreach (var tracesAll in new[] { true, false })
            {
                using var router = new CountingRouter(traffic.StrictVxlan, fused: true, tracesAll);
                foreach (var step in traffic.Steps)
                    router.Apply(step);
                router.End();
            }
        },
        traffic => traffic.ToString());

    [Property(Cases = 300)]
    public void Engine_TheSameTrafficTwice_DoesTheSame() => Check(
        Traffic.Make,
        Traffic.Shrink,
        traffic => Assert.Equal(LogOf(traffic), LogOf(traffic)),
        traffic => traffic.ToString());

    [Property(Cases = 500)]
    [Rfc("1812-4.3.2.7-icmp-error", "1812-4.3.2.7-fragment", "1812-5.2.7.2-network-redirects", "1812-5.3.4-send", "1812-4.2.2.9-zero")]
    public void Sent_AnyTraffic_IsWellFormed() => Check(
        Traffic.Make,
        Traffic.Shrink,
        traffic =>
        {
            using var router = new CountingRouter(traffic.StrictVxlan, fused: true, tracesAll: false);
            foreach (var step in traffic.Steps)
                router.Apply(step);
            foreach (var (port, bytes) in router.Sent)
                AssertWellFormed(port, bytes);
        },
        traffic => traffic.ToString());

    [Property(Cases = 500)]
    public void FusedPath_AnyTraffic_DoesWhatTheGraphDoes() => Check(
        Traffic.Make,
        Traffic.Shrink,
        traffic =>
        {
            using var pair = new CrossroadsPair(traffic.StrictVxlan, frames: 256);
            var now = Millisecond;
            foreach (var step in traffic.Steps)
            {
                switch (step)
                {
                    case TrafficStep.Receive receive:
                        pair.Process([.. receive.Frames.Select(frame => (frame.Bytes, frame.TraceId))], receive.Port, now);
                        break;
                    case TrafficStep.Publish publish:
                        pair.Publish(publish.Moved);
                        break;
                    case TrafficStep.Pass pass:
                        now += pass.Milliseconds * Millisecond;
                        pair.Tick(now);
                        break;
                }
            }

            pair.Flush(now);
        },
        traffic => traffic.ToString());

    private static List<string> LogOf(Traffic traffic)
    {
        using var router = new CountingRouter(traffic.StrictVxlan, fused: true, tracesAll: false);
        foreach (var step in traffic.Steps)
            router.Apply(step);
        router.End();
        return router.Log;
    }

    private static void AssertWellFormed(int port, byte[] bytes)
    {
        Assert.True(bytes.Length >= 14);
        var ownMac = port switch
        {
            CrossroadsNode.Uplink => CrossroadsNode.UplinkMac,
            CrossroadsNode.SharedUplink => CrossroadsNode.SharedUplinkMac,
            _ => MacAddress.WorkloadGateway,
        };
        Assert.Equal(ownMac, EthernetHeader.At(bytes).Source);
        if (EthernetHeader.At(bytes).Type == EtherType.Arp)
        {
            Assert.Equal(42, bytes.Length);
            return;
        }

        Assert.Equal(EtherType.IPv4, EthernetHeader.At(bytes).Type);
        // No IPv4 packet goes to a group address, and each has true lengths and a true checksum, a TTL that is not used up, and no more bytes than the link takes.
        Assert.False(EthernetHeader.At(bytes).Destination.IsMulticast);
        var packet = NaivePacket.Read(bytes.AsSpan(14));
        Assert.NotNull(packet);
        Assert.Equal(bytes.Length - 14, packet.TotalLength);
        Assert.InRange(packet.TotalLength, 20, 1500);
        Assert.InRange(packet.Ttl, 1, 255);
        if (packet.Source != CrossroadsNode.Node.Value || packet.Protocol != IpProtocol.Icmp || packet.OffsetUnits > 0)
            return;
        // Of its own the router sends echo replies, and errors of three types; no redirects, no quenches.
        Assert.True(packet.Payload is [0 or 3 or 11 or 12, ..]);
        if (packet.Payload[0] != 0)
            AssertMayTell(packet);
    }

    // RFC 1812 §4.3.2: of an ICMP error of the router's own.
    private static void AssertMayTell(NaivePacket error)
    {
        Assert.InRange(error.TotalLength, 20 + 8 + 20, 576);
        Assert.Equal(0xffff, NaiveChecksum.Sum(error.Payload));
        Assert.Equal(0, error.TosEcn & 3);
        Assert.Equal(6, error.TosEcn >> 5);
        var quoted = error.Payload[8..];
        var headerLength = (quoted[0] & 15) * 4;
        Assert.Equal(0, ((quoted[6] & 0x1f) << 8) | quoted[7]);
        Assert.Equal(error.Destination, (uint)((quoted[12] << 24) | (quoted[13] << 16) | (quoted[14] << 8) | quoted[15]));
        Assert.True(quoted[16] is not (>= 224 and < 240));
        Assert.False(quoted[9] == IpProtocol.Icmp && quoted.Length > headerLength && quoted[headerLength] is 3 or 4 or 5 or 11 or 12);
    }
}
