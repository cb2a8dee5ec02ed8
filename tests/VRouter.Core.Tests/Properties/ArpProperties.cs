using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tests.Fused;
using VRouter.Core.Wire;
using VRouter.TestKit;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>To whom the router says that an address is its own.</summary>
public sealed class ArpProperties : PropertyTests, IFrameTransmitter, IDisposable
{
    private static readonly string[] Own = ["192.168.0.11", "192.168.0.13", "192.168.40.9"];
    private readonly FramePool pool = new(64);
    private readonly ForwardingEngine engine;
    private readonly List<(int Port, byte[] Frame)> sent = [];

    public ArpProperties(ITestOutputHelper output)
        : base(output) =>
        engine = new ForwardingEngine(pool, this, new EngineOptions()) { Tables = new CrossroadsNode().Build(strictVxlan: false) };

    private sealed record Packet(int Port, ushort Operation, ulong SenderMac, string Sender, string Target, bool Broadcast);

    [Property(Cases = 5_000)]
    [Rfc("826-Packet Reception-target", "826-Packet Reception-opcode", "826-Packet Reception-reply")]
    public void Input_AnyPacket_IsAnsweredWhereItMustAndNeverWhereItMustNot() => Check(
        random => new Packet(
            random.Next(CrossroadsNode.Ports - 1), (ushort)random.Next(1, 3), random.Next(10) == 0 ? (ulong)random.NextInt64(1L << 48) : CrossroadsNode.PodMac.Bits,
            Address(random), Address(random), random.Next(2) == 0),
        _ => [],
        Input,
        packet => packet.ToString());

    void IFrameTransmitter.Transmit(int port, FrameVector vector)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            sent.Add((port, vector[i].Bytes.ToArray()));
            vector.Verdicts[i] = Verdict.Transmit;
        }
    }

    public void Dispose() => pool.Dispose();

    private void Input(Packet packet)
    {
        var port = engine.Tables.Ports[packet.Port]!;
        var mac = new MacAddress(packet.SenderMac);
        var arp = FrameBuilder.Arp(packet.Operation, mac.ToString(), packet.Sender, "00:00:00:00:00:00", packet.Target);
        var bytes = FrameBuilder.Ethernet(mac, packet.Broadcast ? MacAddress.Broadcast : port.Mac, EtherType.Arp, arp);
        sent.Clear();
        Assert.True(pool.TryRent(out var frame));
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        var vector = new FrameVector();
        vector.Add(frame);
        engine.Process(packet.Port, vector, 1_000_000_000);
        Assert.Equal(0, pool.Outstanding);

        if (IsForbidden(packet, port, mac))
            Assert.Empty(sent);
        else if (IsRequired(packet, port))
            Assert.Single(sent);
        if (sent.Count == 0)
            return;
        // RFC 826: the target is at the port's MAC address; to the asker alone, on the link that it asked on.
        var (to, answer) = Assert.Single(sent);
        Assert.Equal(packet.Port, to);
        Assert.Equal(
            Convert.ToHexString(FrameBuilder.Ethernet(
                port.Mac, mac, EtherType.Arp, FrameBuilder.Arp(ArpOperation.Reply, port.Mac.ToString(), packet.Target, mac.ToString(), packet.Sender))),
            Convert.ToHexString(answer));
    }

    // Replies and announcements ask nothing; an answer for the workload's own address would take it away; what is not the workload's may not speak; and where the
    // host's kernel answers, the router is silent.
    private static bool IsForbidden(Packet packet, PortEntry port, MacAddress mac)
    {
        if (packet.Operation != ArpOperation.Request || packet.Sender == packet.Target || mac.IsMulticast || mac.IsZero || port.HasHostStack)
            return true;
        var target = IPv4Address.Parse(packet.Target);
        if (port.Role == PortRole.Uplink)
            return target != port.Address;
        var sender = IPv4Address.Parse(packet.Sender);
        return port.WorkloadAddresses.Contains(target)
            || (sender != IPv4Address.Any && !port.WorkloadAddresses.Contains(sender) && !port.AllowedSources.Any(prefix => prefix.Contains(sender)))
            || target.IsMulticast || target.IsLoopback || target.IsClassE || target.IsThisNetwork || (target.IsLinkLocal && target != IPv4Address.WorkloadGateway);
    }

    private static bool IsRequired(Packet packet, PortEntry port) =>
        port.Role == PortRole.Workload ? IPv4Address.Parse(packet.Target) == IPv4Address.WorkloadGateway : IPv4Address.Parse(packet.Target) == port.Address;

    private static string Address(Random random) => random.Next(6) switch
    {
        0 => "169.254.1.1",
        1 => Own[random.Next(Own.Length)],
        2 => "192.168.0.10",
        3 => random.Next(3) == 0 ? "0.0.0.0" : "192.168.40.7",
        _ => CrossroadsNode.Destinations[random.Next(CrossroadsNode.Destinations.Length)],
    };
}
