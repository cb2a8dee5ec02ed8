using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>The whole graph: a node with two pods, a peer node behind IPIP, one behind VXLAN, one in the subnet, and a default route.</summary>
public sealed class ForwardingEngineTests : IDisposable
{
    private const long Millisecond = 1_000_000;
    private const int PodA = 0;
    private const int PodB = 1;
    private const int Uplink = 2;

    private static readonly IPv4Address Node = new(172, 16, 6, 47);
    private static readonly IPv4Address Gateway = new(172, 16, 6, 254);
    private static readonly IPv4Address AddressA = new(192, 168, 187, 211);
    private static readonly IPv4Address AddressB = new(192, 168, 187, 212);
    private static readonly MacAddress NodeMac = MacAddress.Parse("fa:16:3e:02:8b:17");
    private static readonly MacAddress MacA = MacAddress.Parse("3a:1d:1e:91:f5:9e");
    private static readonly MacAddress MacB = MacAddress.Parse("3a:1d:1e:91:f5:9f");
    private static readonly MacAddress Vtep = MacAddress.Parse("66:00:00:00:00:01");

    private readonly FramePool pool = new(1024);
    private readonly Sink sink = new();
    private readonly ForwardingEngine engine;
    private long now = Millisecond;

    public ForwardingEngineTests() => engine = new ForwardingEngine(pool, sink, new EngineOptions()) { Tables = Tables() };

    public void Dispose()
    {
        engine.Flush(now);
        Assert.Equal(0, pool.Outstanding);
        AssertBalanced();
        pool.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Process_AnyBytes_NeverThrowsAndEveryFrameIsAccountedFor(int seed)
    {
        var random = new Random(seed);
        var seeds = Samples().ToArray();
        var sent = 0L;
        for (var round = 0; round < 400; round++)
        {
            var vector = new FrameVector();
            var count = random.Next(1, 65);
            for (var i = 0; i < count; i++)
                vector.Add(FrameOf(RandomFrame(random, seeds)));
            sent += count;
            engine.Process(random.Next(3), vector, now);
            now += random.Next(400) * Millisecond;
            engine.Tick(now);
            AssertBalanced();
        }

        Assert.Equal(sent, engine.Counters.Received.Entered);
    }

    [Fact]
    public void Process_SameInputTwice_GivesTheSameFramesAndCounters()
    {
        Assert.Equal(RunOnce(), RunOnce());

        static string RunOnce()
        {
            using var pool = new FramePool(1024);
            var sink = new Sink { Keep = true };
            var engine = new ForwardingEngine(pool, sink, new EngineOptions()) { Tables = Tables() };
            var random = new Random(7);
            var seeds = Samples().ToArray();
            for (var round = 0; round < 100; round++)
            {
                var vector = new FrameVector();
                for (var i = 0; i < 32; i++)
                {
                    var bytes = RandomFrame(random, seeds);
                    Assert.True(pool.TryRent(out var frame));
                    bytes.CopyTo(frame.Reset(pool, bytes.Length));
                    vector.Add(frame);
                }

                engine.Process(random.Next(3), vector, round * 100 * Millisecond);
                engine.Tick(round * 100 * Millisecond);
            }

            engine.Flush(10_000 * Millisecond);
            var drops = string.Join(",", DropReasons.All.Select(engine.Counters.DropsOf));
            return $"{drops}\n{string.Join("\n", sink.Kept)}";
        }
    }

    [Fact]
    [Rfc("1812-5.3.1-decrement")]
    public void Process_PodToPod_IsDeliveredWithTtlLess()
    {
        sink.Keep = true;
        Send(PodA, Udp(MacA, MacAddress.WorkloadGateway, AddressA, AddressB, ttl: 64));

        var (port, bytes) = Assert.Single(sink.Frames);
        Assert.Equal(PodB, port);
        var ethernet = EthernetHeader.At(bytes);
        Assert.Equal((MacB, MacAddress.WorkloadGateway), (ethernet.Destination, ethernet.Source));
        Assert.Equal(DropReason.None, IPv4Header.Parse(ethernet.Payload, out var ip));
        Assert.Equal(63, ip.Ttl);
    }

    [Fact]
    public void Process_ToIpipPeer_WaitsForArpThenLeavesEncapsulated()
    {
        sink.Keep = true;
        Send(PodA, Udp(MacA, MacAddress.WorkloadGateway, AddressA, new IPv4Address(192, 168, 121, 2), ttl: 64));
        var (_, request) = Assert.Single(sink.Frames);
        Assert.Equal(EtherType.Arp, EthernetHeader.At(request).Type);
        Assert.Equal(Gateway, ArpHeader.At(request.AsSpan(EthernetHeader.Size)).TargetAddress);
        Assert.Equal(1, engine.Counters.Received.Held);
        sink.Frames.Clear();

        var gatewayMac = MacAddress.Parse("00:23:89:8c:e8:31");
        var reply = new byte[60];
        EthernetHeader.Write(reply, NodeMac, gatewayMac, EtherType.Arp);
        ArpHeader.Write(reply.AsSpan(EthernetHeader.Size), ArpOperation.Reply, gatewayMac, Gateway, NodeMac, Node);
        Send(Uplink, reply);
        engine.Tick(++now);

        var (port, bytes) = Assert.Single(sink.Frames);
        Assert.Equal(Uplink, port);
        Assert.Equal(gatewayMac, EthernetHeader.At(bytes).Destination);
        Assert.Equal(DropReason.None, IPv4Header.Parse(EthernetHeader.At(bytes).Payload, out var outer));
        Assert.Equal((Node, new IPv4Address(172, 16, 199, 114), IpProtocol.IPv4), (outer.Source, outer.Destination, outer.Protocol));
        Assert.Equal(DropReason.None, IPv4Header.Parse(outer.Payload, out var inner));
        Assert.Equal((AddressA, (byte)63), (inner.Source, inner.Ttl));
    }

    [Fact]
    [Rfc("1812-4.2.2.11-own-source", "1812-4.3.2.4-source", "1812-5.2.7.3-time-exceeded")]
    public void Process_TtlOne_AnswersTimeExceededFromTheNode()
    {
        sink.Keep = true;
        Send(PodA, Udp(MacA, MacAddress.WorkloadGateway, AddressA, AddressB, ttl: 1));

        var (port, bytes) = Assert.Single(sink.Frames);
        Assert.Equal(PodA, port);
        Assert.Equal(DropReason.None, IPv4Header.Parse(EthernetHeader.At(bytes).Payload, out var ip));
        Assert.Equal((Node, AddressA, IpProtocol.Icmp), (ip.Source, ip.Destination, ip.Protocol));
        Assert.Equal(DropReason.None, IcmpHeader.Parse(ip.Payload, out var icmp));
        Assert.Equal(IcmpType.TimeExceeded, icmp.Type);
        Assert.Equal(1, engine.Counters.Received.DropsOf(DropReason.TtlExpired));
        Assert.Equal(1, engine.Counters.Originated.Forwarded);
    }

    [Fact]
    [Rfc("1812-4.3.3.1-host")]
    [Rfc("1812-5.2.7.1-host")]
    public void Process_NextHopNeverAnswers_DropsAndTellsTheSender()
    {
        sink.Keep = true;
        Send(PodA, Udp(MacA, MacAddress.WorkloadGateway, AddressA, new IPv4Address(192, 168, 121, 2), ttl: 64));
        for (var i = 0; i < 100; i++)
            engine.Tick(now += 100 * Millisecond);

        Assert.Equal(1, engine.Counters.Received.DropsOf(DropReason.NeighborUnresolved));
        var (_, error) = Assert.Single(sink.Frames, frame => frame.Port == PodA);
        Assert.Equal(DropReason.None, IPv4Header.Parse(EthernetHeader.At(error).Payload, out var ip));
        Assert.Equal(DropReason.None, IcmpHeader.Parse(ip.Payload, out var icmp));
        Assert.Equal((IcmpType.DestinationUnreachable, IcmpUnreachableCode.Host), (icmp.Type, icmp.Code));
        Assert.Equal(DropReason.None, IPv4Header.ParseQuoted(icmp.Payload, out var quoted));
        Assert.Equal(AddressA, quoted.Source);
    }

    private static ForwardingTables Tables()
    {
        var fib = new MultibitTrie();
        Tunnel To(TunnelKind kind, IPv4Address remote) => new()
        {
            Kind = kind, Local = Node, Remote = remote, Vni = 4096, L4Port = 4789, LocalMac = Vtep,
            RemoteMac = MacAddress.Parse("66:00:00:00:00:02"), PathMtu = new PathMtu(),
        };
        var behindIpip = new IPv4Address(172, 16, 199, 114);
        var behindVxlan = new IPv4Address(172, 16, 199, 115);
        var ipip = To(TunnelKind.Ipip, behindIpip);
        var vxlan = To(TunnelKind.Vxlan, behindVxlan);
        Adjacency[] adjacencies =
        [
            ForwardingTables.NoRouteAdjacency,
            new() { Kind = AdjacencyKind.NextHop, Port = PodA, NextHop = AddressA, NextHopMac = MacA, Mtu = 1500 },
            new() { Kind = AdjacencyKind.NextHop, Port = PodB, NextHop = AddressB, NextHopMac = MacB, Mtu = 1400 },
            new() { Kind = AdjacencyKind.Local },
            new() { Kind = AdjacencyKind.Drop, DropReason = DropReason.RouteBlackhole },
            new() { Kind = AdjacencyKind.Connected, Port = Uplink, Mtu = 1500 },
            new() { Kind = AdjacencyKind.NextHop, Port = Uplink, NextHop = Gateway, Mtu = 1500 },
            new() { Kind = AdjacencyKind.NextHop, Port = Uplink, NextHop = new IPv4Address(172, 16, 6, 249), Mtu = 1500 },
            new() { Kind = AdjacencyKind.Ipip, Port = Uplink, NextHop = Gateway, Mtu = 1480, Tunnel = ipip },
            new() { Kind = AdjacencyKind.Vxlan, Port = Uplink, NextHop = Gateway, Mtu = 1450, Tunnel = vxlan },
            new() { Kind = AdjacencyKind.Multipath, Members = [6, 7, 8] },
        ];
        fib.Set(IPv4Prefix.Default, 6);
        fib.Set(IPv4Prefix.Parse("172.16.6.0/24"), 5);
        fib.Set(IPv4Prefix.Host(Node), 3);
        fib.Set(IPv4Prefix.Host(AddressA), 1);
        fib.Set(IPv4Prefix.Host(AddressB), 2);
        fib.Set(IPv4Prefix.Parse("192.168.187.192/26"), 4);
        fib.Set(IPv4Prefix.Parse("192.168.135.64/26"), 7);
        fib.Set(IPv4Prefix.Parse("192.168.121.0/26"), 8);
        fib.Set(IPv4Prefix.Parse("192.168.122.0/26"), 9);
        fib.Set(IPv4Prefix.Parse("192.168.123.0/26"), 10);
        PortEntry Pod(int index, IPv4Address address, MacAddress mac) => new()
        {
            Index = index, Name = $"pod{index}", Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = 1500,
            WorkloadAddresses = [address], WorkloadMac = mac,
        };
        return new ForwardingTables
        {
            Fib = fib,
            Adjacencies = adjacencies,
            Ports =
            [
                Pod(PodA, AddressA, MacA),
                Pod(PodB, AddressB, MacB),
                new PortEntry
                {
                    Index = Uplink, Name = "eth0", Role = PortRole.Uplink, Mac = NodeMac, Mtu = 1500, Address = Node,
                    Subnet = IPv4Prefix.Parse("172.16.6.0/24"),
                },
            ],
            NodeAddress = Node,
            LocalAddresses = new AddressSet([Node]),
            IpipPeers = new AddressSet([behindIpip]),
            VxlanPeers = new AddressSet([behindVxlan]),
            Vxlan = new VxlanSettings { Vni = 4096, L4Port = 4789, Mac = Vtep },
            TunnelsByPeer = new Dictionary<IPv4Address, IReadOnlyList<Tunnel>> { [behindIpip] = [ipip], [behindVxlan] = [vxlan] },
        };
    }

    // Valid frames of many kinds, which the random frames are made from.
    private static IEnumerable<byte[]> Samples()
    {
        var gateway = MacAddress.WorkloadGateway;
        foreach (var destination in new[] { "192.168.187.212", "192.168.187.250", "192.168.135.70", "192.168.121.2", "192.168.122.2", "192.168.123.9", "8.8.8.8", "172.16.6.47", "172.16.6.249", "169.254.1.1", "224.0.0.1", "255.255.255.255" })
        {
            yield return Udp(MacA, gateway, AddressA, IPv4Address.Parse(destination), ttl: 64);
            yield return Udp(MacA, gateway, AddressA, IPv4Address.Parse(destination), ttl: 64, payload: 1472);
        }

        var arp = new byte[60];
        EthernetHeader.Write(arp, MacAddress.Broadcast, MacA, EtherType.Arp);
        ArpHeader.Write(arp.AsSpan(EthernetHeader.Size), ArpOperation.Request, MacA, AddressA, MacAddress.Zero, IPv4Address.WorkloadGateway);
        yield return arp;
        var inner = Udp(MacA, NodeMac, new IPv4Address(192, 168, 121, 2), AddressA, ttl: 63);
        var ipip = new byte[inner.Length + 20];
        EthernetHeader.Write(ipip, NodeMac, MacB, EtherType.IPv4);
        inner.AsSpan(14).CopyTo(ipip.AsSpan(34));
        IPv4Header.Write(ipip.AsSpan(14), (ushort)(ipip.Length - 14), IpProtocol.IPv4, new IPv4Address(172, 16, 199, 114), Node);
        yield return ipip;
        var vxlan = new byte[inner.Length + 50];
        EthernetHeader.Write(vxlan, NodeMac, MacB, EtherType.IPv4);
        inner.CopyTo(vxlan.AsSpan(50));
        EthernetHeader.Write(vxlan.AsSpan(50), Vtep, MacB, EtherType.IPv4);
        VxlanHeader.Write(vxlan.AsSpan(42), 4096);
        UdpHeader.Write(vxlan.AsSpan(34), 50000, 4789, (ushort)(vxlan.Length - 34));
        IPv4Header.Write(vxlan.AsSpan(14), (ushort)(vxlan.Length - 14), IpProtocol.Udp, new IPv4Address(172, 16, 199, 115), Node);
        yield return vxlan;
        // An ICMP error about our own IPIP packet.
        var error = new byte[14 + 20 + 8 + ipip.Length - 14];
        EthernetHeader.Write(error, NodeMac, MacB, EtherType.IPv4);
        var quoted = error.AsSpan(42);
        Udp(MacA, NodeMac, AddressA, new IPv4Address(192, 168, 121, 2), ttl: 63).AsSpan(14).CopyTo(quoted[20..]);
        IPv4Header.Write(quoted, (ushort)quoted.Length, IpProtocol.IPv4, Node, new IPv4Address(172, 16, 199, 114));
        IcmpHeader.Write(error.AsSpan(34), IcmpType.DestinationUnreachable, IcmpUnreachableCode.FragmentationNeeded, 1300);
        IcmpHeader.At(error.AsSpan(34)).UpdateChecksum();
        IPv4Header.Write(error.AsSpan(14), (ushort)(error.Length - 14), IpProtocol.Icmp, Gateway, Node);
        yield return error;
    }

    private static byte[] RandomFrame(Random random, byte[][] seeds)
    {
        if (random.Next(8) == 0)
        {
            var noise = new byte[random.Next(0, 200)];
            random.NextBytes(noise);
            return noise;
        }

        var frame = seeds[random.Next(seeds.Length)].ToArray();
        for (var flips = random.Next(4); flips > 0; flips--)
            frame[random.Next(frame.Length)] = (byte)random.Next(256);
        if (random.Next(6) == 0)
            frame = frame[..random.Next(frame.Length + 1)];
        // Half of the damaged IPv4 headers get a true checksum, so that damage reaches the stages behind the validation.
        if (random.Next(2) == 0 && frame.Length >= 34 && frame[12] == 8 && frame[13] == 0 && frame[14] >> 4 == 4 && (frame[14] & 15) * 4 + 14 <= frame.Length && (frame[14] & 15) >= 5)
            IPv4Header.At(frame.AsSpan(14)).UpdateChecksum();
        return frame;
    }

    private static byte[] Udp(MacAddress source, MacAddress destination, IPv4Address from, IPv4Address to, byte ttl, int payload = 32)
    {
        var frame = new byte[14 + 20 + 8 + payload];
        EthernetHeader.Write(frame, destination, source, EtherType.IPv4);
        var packet = frame.AsSpan(14);
        UdpHeader.Write(packet[20..], 1000, 2000, (ushort)(8 + payload)).UpdateChecksum(from, to);
        IPv4Header.Write(packet, (ushort)packet.Length, IpProtocol.Udp, from, to, ttl);
        return frame;
    }

    private Frame FrameOf(byte[] bytes)
    {
        Assert.True(pool.TryRent(out var frame));
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        return frame;
    }

    private void Send(int port, byte[] bytes)
    {
        var vector = new FrameVector();
        vector.Add(FrameOf(bytes));
        engine.Process(port, vector, now);
    }

    private void AssertBalanced()
    {
        foreach (var counters in new[] { engine.Counters.Received, engine.Counters.Originated })
        {
            Assert.Equal(counters.Entered,
                counters.Forwarded + counters.Answered + counters.Delivered + counters.Dropped + counters.Held);
            Assert.Equal(counters.Dropped, DropReasons.All.Sum(counters.DropsOf));
        }

        Assert.Equal(pool.Outstanding, engine.Counters.Received.Held + engine.Counters.Originated.Held);
    }

    private sealed class Sink : IFrameTransmitter
    {
        public bool Keep { get; set; }

        public List<(int Port, byte[] Bytes)> Frames { get; } = [];

        public IEnumerable<string> Kept => Frames.Select(frame => $"{frame.Port} {Convert.ToHexString(frame.Bytes)}");

        public void Transmit(int port, FrameVector vector)
        {
            vector.Verdicts.Fill(Verdict.Transmit);
            if (!Keep)
                return;
            foreach (var frame in vector.Frames)
                Frames.Add((port, frame.Bytes.ToArray()));
        }
    }
}
