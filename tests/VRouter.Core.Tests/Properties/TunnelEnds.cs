using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Properties;

/// <summary>
/// One of two nodes that reach each other's pod through a tunnel, or plainly: port 0 is the pod, port 1 the uplink. All neighbors are known for good, so that only
/// packets cross it.
/// </summary>
internal sealed class TunnelEnds : IFrameTransmitter, IDisposable
{
    public const int PodPort = 0;
    public const int UplinkPort = 1;

    /// <summary>The longest packet that a pod sends.</summary>
    public const int PodMtu = 1900;

    public static readonly MacAddress PodMac = new(0x02_00_00_00_00_05);
    private static readonly PathMtu Unlimited = new();
    private readonly FramePool pool = new(1024, 2100, largeCount: 4);
    private readonly ForwardingEngine engine;
    private readonly MultibitTrie fib = new();
    private readonly int side;
    private long now = 1_000_000_000;

    public TunnelEnds(int side, bool fused)
    {
        this.side = side;
        engine = new ForwardingEngine(pool, this, new EngineOptions { FusedPath = fused });
        fib.Set(IPv4Prefix.Host(Pod(side)), 1);
        fib.Set(IPv4Prefix.Host(Pod(1 - side)), 2);
        fib.Set(IPv4Prefix.Host(Node(side)), 3);
    }

    /// <summary>What left each port since the last <see cref="Process"/> began.</summary>
    public List<byte[]>[] Sent { get; } = [[], []];

    /// <summary>What the router writes for the time of the last <see cref="Process"/>: no universal time is known to it.</summary>
    public uint OptionTime => 0x8000_0000 | (uint)(now / 1_000_000);

    public GraphCounters Counters => engine.Counters;

    public static IPv4Address Pod(int side) => new(192, 168, (byte)side, 10);

    public static IPv4Address Node(int side) => new(10, 0, 0, (byte)(side + 1));

    public static MacAddress NodeMac(int side) => new(0x02_00_00_00_00_10UL + (uint)side);

    /// <summary>How the other node's pod is reached, and how long packets there may be.</summary>
    /// <param name="kind">Ipip, Vxlan or NextHop.</param>
    /// <param name="mtu">The longest packet before encapsulation.</param>
    /// <param name="strict">The VXLAN profile.</param>
    public void Connect(AdjacencyKind kind, int mtu, bool strict)
    {
        var tunnel = kind == AdjacencyKind.NextHop ? null : new Tunnel
        {
            Kind = kind == AdjacencyKind.Ipip ? TunnelKind.Ipip : TunnelKind.Vxlan, Local = Node(side), Remote = Node(1 - side), Vni = 4096, L4Port = 4789,
            LocalMac = Vtep(side), RemoteMac = Vtep(1 - side), PathMtu = Unlimited,
        };
        var peers = new AddressSet([Node(1 - side)]);
        engine.Tables = new ForwardingTables
        {
            Fib = fib,
            Adjacencies =
            [
                ForwardingTables.NoRouteAdjacency,
                new() { Kind = AdjacencyKind.NextHop, Port = PodPort, NextHop = Pod(side), NextHopMac = PodMac, Mtu = 2000 },
                new() { Kind = kind, Port = UplinkPort, NextHop = Node(1 - side), NextHopMac = NodeMac(1 - side), Mtu = mtu, Tunnel = tunnel },
                new() { Kind = AdjacencyKind.Local },
            ],
            Ports =
            [
                new()
                {
                    Index = PodPort, Name = "pod", Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = 2000, WorkloadAddresses = [Pod(side)],
                    WorkloadMac = PodMac, AllowIpip = true, AllowVxlan = true,
                },
                new() { Index = UplinkPort, Name = "uplink", Role = PortRole.Uplink, Mac = NodeMac(side), Mtu = 2000, Address = Node(side) },
            ],
            NodeAddress = Node(side),
            LocalAddresses = new AddressSet([Node(side)]),
            IpipPeers = peers,
            VxlanPeers = peers,
            Vxlan = new VxlanSettings { Vni = 4096, L4Port = 4789, Mac = Vtep(side), Strict = strict },
        };
    }

    /// <summary>Takes packets in at a port, in Ethernet frames from the neighbor there, as one vector.</summary>
    public void Process(int port, IEnumerable<byte[]> packets)
    {
        foreach (var sent in Sent)
            sent.Clear();
        var vector = new FrameVector();
        foreach (var packet in packets)
        {
            Assert.True(pool.TryRent(out var frame));
            var bytes = frame.Reset(pool, EthernetHeader.Size + packet.Length);
            var (mac, neighbor) = port == PodPort ? (MacAddress.WorkloadGateway, PodMac) : (NodeMac(side), NodeMac(1 - side));
            EthernetHeader.Write(bytes, mac, neighbor, EtherType.IPv4);
            packet.CopyTo(bytes[EthernetHeader.Size..]);
            vector.Add(frame);
        }

        // Time enough for each ICMP error.
        now += 1_000_000_000;
        engine.Process(port, vector, now);
        Assert.Equal(0, pool.Outstanding);
    }

    void IFrameTransmitter.Transmit(int port, FrameVector vector)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            Sent[port].Add(vector[i].Bytes.ToArray());
            vector.Verdicts[i] = Verdict.Transmit;
        }
    }

    public void Dispose() => pool.Dispose();

    private static MacAddress Vtep(int side) => new(0x66_00_00_00_00_01UL + (uint)side);
}
