using System.Diagnostics;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Benchmarks.Scenarios;

/// <summary>
/// An engine with one workload port (0), one uplink (1), and 1,024 remote /26 blocks over 64 peer nodes whose MAC addresses ARP has resolved; and the frames
/// of one <see cref="ForwardingPath"/>. Frames that go out spread over all blocks, frames that come in over all peers.
/// </summary>
public sealed class EngineScenario : IDisposable
{
    public const int Blocks = 1024;
    public const int Peers = 64;
    private const int FrameLength = 60;
    private const uint Vni = 4096;
    private const ushort VxlanL4Port = 4789;
    private const int WorkloadPort = 0;
    private const int UplinkPort = 1;

    private static readonly IPv4Address Node = new(172, 16, 0, 200);
    private static readonly IPv4Address Pod = new(192, 168, 0, 10);
    private static readonly MacAddress NodeMac = MacAddress.Parse("fa:16:3e:02:8b:17");
    private static readonly MacAddress PodMac = MacAddress.Parse("3a:1d:1e:91:f5:9e");
    private static readonly MacAddress VtepMac = MacAddress.Parse("66:00:00:00:00:01");

    private readonly FramePool pool = new(2048);
    private readonly ForwardingEngine engine;
    private readonly FrameVector vector = new();
    private readonly byte[][] templates;
    private readonly int rxPort;
    private int nextTemplate;
    private long now = 1;

    /// <summary>Builds the tables, resolves the neighbors and prepares the frames.</summary>
    public EngineScenario(ForwardingPath path)
    {
        engine = new ForwardingEngine(pool, Transmitter, new EngineOptions());
        engine.Tables = BuildTables(path);
        ResolveNeighbors();
        var incoming = path is ForwardingPath.IpipDecap or ForwardingPath.VxlanDecap;
        rxPort = incoming ? UplinkPort : WorkloadPort;
        templates = [.. Enumerable.Range(0, Blocks).Select(index => incoming ? FromTunnel(path, index) : FromPod(index))];
    }

    /// <summary>Where the frames end.</summary>
    public CountingTransmitter Transmitter { get; } = new();

    /// <summary>The engine's counters.</summary>
    public GraphCounters Counters => engine.Counters;

    /// <summary>Makes a vector of <paramref name="count"/> frames and forwards it.</summary>
    public void Forward(int count)
    {
        Generate(count);
        engine.Process(rxPort, vector, now);
    }

    /// <summary>As <see cref="Forward"/>.</summary>
    /// <returns>The time within the engine, in ticks of <see cref="Stopwatch"/>; making the frames is not part of it.</returns>
    public long ForwardTimed(int count)
    {
        Generate(count);
        var start = Stopwatch.GetTimestamp();
        engine.Process(rxPort, vector, now);
        return Stopwatch.GetTimestamp() - start;
    }

    /// <summary>Makes a vector of frames and frees them: what <see cref="Forward"/> costs without the engine.</summary>
    public void GenerateOnly(int count)
    {
        Generate(count);
        foreach (var frame in vector.Frames)
            pool.Return(frame);
        vector.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        engine.Flush(now);
        pool.Dispose();
    }

    private static IPv4Address PeerAddress(int peer) => new(172, 16, 1, (byte)peer);

    private static MacAddress PeerMac(int peer) => new(0xfa163e000000u + (ulong)peer);

    private static IPv4Prefix Block(int index) => new(new IPv4Address(0x0a000000u + ((uint)index << 6)), 26);

    private static ForwardingTables BuildTables(ForwardingPath path)
    {
        var fib = new MultibitTrie();
        var adjacencies = new List<Adjacency>
        {
            ForwardingTables.NoRouteAdjacency,
            new() { Kind = AdjacencyKind.NextHop, Port = WorkloadPort, NextHop = Pod, NextHopMac = PodMac, Mtu = 1500 },
            new() { Kind = AdjacencyKind.Local },
        };
        fib.Set(IPv4Prefix.Host(Pod), 1);
        fib.Set(IPv4Prefix.Host(Node), 2);
        for (var peer = 0; peer < Peers; peer++)
            adjacencies.Add(RemoteAdjacency(path, peer));
        for (var block = 0; block < Blocks; block++)
            fib.Set(Block(block), 3 + (block % Peers));
        var peers = new AddressSet(Enumerable.Range(0, Peers).Select(PeerAddress));
        return new ForwardingTables
        {
            Fib = fib,
            Adjacencies = [.. adjacencies],
            Ports =
            [
                new PortEntry
                {
                    Index = WorkloadPort, Name = "pod", Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = 1500,
                    WorkloadAddresses = [Pod], WorkloadMac = PodMac,
                },
                new PortEntry
                {
                    Index = UplinkPort, Name = "eth0", Role = PortRole.Uplink, Mac = NodeMac, Mtu = 1500,
                    Address = Node, Subnet = new IPv4Prefix(Node, 16),
                },
            ],
            NodeAddress = Node,
            LocalAddresses = new AddressSet([Node]),
            IpipPeers = peers,
            VxlanPeers = peers,
            Vxlan = new VxlanSettings { Vni = Vni, L4Port = VxlanL4Port, Mac = VtepMac },
        };
    }

    private static Adjacency RemoteAdjacency(ForwardingPath path, int peer)
    {
        var tunnel = new Tunnel
        {
            Kind = path is ForwardingPath.VxlanEncap ? TunnelKind.Vxlan : TunnelKind.Ipip,
            Local = Node,
            Remote = PeerAddress(peer),
            Vni = Vni,
            L4Port = VxlanL4Port,
            LocalMac = VtepMac,
            RemoteMac = PeerMac(peer),
            PathMtu = new PathMtu(),
        };
        return new Adjacency
        {
            Kind = path switch
            {
                ForwardingPath.IpipEncap => AdjacencyKind.Ipip,
                ForwardingPath.VxlanEncap => AdjacencyKind.Vxlan,
                _ => AdjacencyKind.NextHop,
            },
            Port = UplinkPort,
            NextHop = PeerAddress(peer),
            Mtu = 1450,
            Tunnel = path is ForwardingPath.IpipEncap or ForwardingPath.VxlanEncap ? tunnel : null,
        };
    }

    private static void WriteUdpPacket(Span<byte> packet, IPv4Address source, IPv4Address destination, int flow)
    {
        packet.Clear();
        var udpLength = (ushort)(packet.Length - IPv4Header.MinimumSize);
        IPv4Header.Write(packet, (ushort)packet.Length, IpProtocol.Udp, source, destination, ttl: 64);
        UdpHeader.Write(packet[IPv4Header.MinimumSize..], (ushort)(1024 + flow), 53, udpLength).UpdateChecksum(source, destination);
    }

    private static byte[] FromPod(int index)
    {
        var frame = new byte[FrameLength];
        EthernetHeader.Write(frame, MacAddress.WorkloadGateway, PodMac, EtherType.IPv4);
        WriteUdpPacket(frame.AsSpan(EthernetHeader.Size), Pod, new IPv4Address(Block(index).Network.Value + 5), index);
        return frame;
    }

    private static byte[] FromTunnel(ForwardingPath path, int index)
    {
        var peer = index % Peers;
        var inner = new byte[FrameLength - EthernetHeader.Size];
        WriteUdpPacket(inner, new IPv4Address(Block(index).Network.Value + 5), Pod, index);
        var outerLength = path == ForwardingPath.IpipDecap
            ? IPv4Header.MinimumSize
            : IPv4Header.MinimumSize + UdpHeader.Size + VxlanHeader.Size + EthernetHeader.Size;
        var frame = new byte[EthernetHeader.Size + outerLength + inner.Length];
        EthernetHeader.Write(frame, NodeMac, PeerMac(peer), EtherType.IPv4);
        var outer = frame.AsSpan(EthernetHeader.Size);
        inner.CopyTo(outer[outerLength..]);
        var protocol = path == ForwardingPath.IpipDecap ? IpProtocol.IPv4 : IpProtocol.Udp;
        IPv4Header.Write(outer, (ushort)outer.Length, protocol, PeerAddress(peer), Node, ttl: 64);
        if (path == ForwardingPath.VxlanDecap)
        {
            var udp = outer[IPv4Header.MinimumSize..];
            var vxlan = udp[UdpHeader.Size..];
            VxlanHeader.Write(vxlan, Vni);
            EthernetHeader.Write(vxlan[VxlanHeader.Size..], VtepMac, PeerMac(peer), EtherType.IPv4);
            UdpHeader.Write(udp, (ushort)(49152 + index), VxlanL4Port, (ushort)udp.Length).UpdateChecksum(PeerAddress(peer), Node);
        }

        return frame;
    }

    private void ResolveNeighbors()
    {
        for (var block = 0; block < Peers; block++)
            Send(WorkloadPort, FromPod(block));
        for (var peer = 0; peer < Peers; peer++)
        {
            var reply = new byte[FrameLength];
            EthernetHeader.Write(reply, NodeMac, PeerMac(peer), EtherType.Arp);
            ArpHeader.Write(reply.AsSpan(EthernetHeader.Size), ArpOperation.Reply, PeerMac(peer), PeerAddress(peer), NodeMac, Node);
            Send(UplinkPort, reply);
        }

        engine.Tick(++now);
    }

    private void Send(int port, byte[] bytes)
    {
        Add(bytes);
        engine.Process(port, vector, now);
    }

    private void Generate(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Add(templates[nextTemplate]);
            nextTemplate = (nextTemplate + 1) % templates.Length;
        }
    }

    private void Add(byte[] bytes)
    {
        if (!pool.TryRent(out var frame))
            throw new InvalidOperationException("The benchmark's pool is too small.");
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        vector.Add(frame);
    }
}
