using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Daemon;
using VRouter.Host.Routing;
using VRouter.Host.Tests.Configuration;
using VRouter.Host.Tests.Routing;
using VRouter.Io.Ports;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Daemon;

/// <summary>The daemon's worker and engine beside a RIB that changes: each frame is forwarded by a route that held during its pass, or dropped by one.</summary>
public sealed class LiveRoutesTests : IDisposable
{
    private const string Pod = "calie50081a277c";
    private const string PodAddress = "192.168.187.211";
    private const string PodMac = "3a:1d:1e:91:f5:9e";
    private const string Dropped = "dropped";

    private static readonly RouteSource Bgp = new("bgp", 200);

    private readonly NodeView view = Views.Of(Seed001.State(), "walker-1");
    private readonly (FrameQueue In, FrameQueue Out)[] wires =
    [
        (MemoryPort.CreateQueue(1500), MemoryPort.CreateQueue(1500)),
        (MemoryPort.CreateQueue(1500), MemoryPort.CreateQueue(1500)),
    ];

    private readonly RouteTable routes = new();
    private Worker? worker;

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    public void Forward_RoutesChangeBeside_EachFrameTakesARouteThatHeld(bool fused, int seed)
    {
        var router = Start(fused);
        var random = new Random(seed);
        var generator = new RandomRoutes(random);
        var addresses = Enumerable.Range(0, 2000).Select(_ => generator.Address()).Distinct().Take(40).ToArray();
        var history = new RouteHistory(addresses);
        history.Begin(Expect);
        history.End();
        var failure = "";
        var passes = 0L;
        var forwarded = 0L;
        var stop = false;
        var reader = new Thread(() =>
        {
            for (var now = 1L; !Volatile.Read(ref stop) && failure.Length == 0; now++)
                Pass(now);
            router.Rest();
        });
        reader.Start();
        for (var change = 0; change < 1500 && failure.Length == 0; change++)
        {
            var route = generator.Route(Bgp);
            var removes = random.Next(3) == 0;
            var before = routes.Lookup(route.Prefix.Network);
            if (removes && before?.Prefix.Length == route.Prefix.Length)
                Change(() => routes.Remove(Bgp, route.Prefix), route.Prefix, null);
            else
                Change(() => routes.Set(route), route.Prefix, route);
            if (change % 8 == 0)
                SpinWait.SpinUntil(() => Volatile.Read(ref passes) * 20 > change, TimeSpan.FromSeconds(10));
        }

        Volatile.Write(ref stop, true);
        reader.Join();
        Assert.Equal("", failure);
        Assert.True(passes > 20 && forwarded > 100, $"{passes} passes forwarded {forwarded} frames");
        Assert.Equal(0, router.Pool.Outstanding);

        void Change(Action change, IPv4Prefix prefix, Route? route)
        {
            var next = routes.Snapshot.Best.Where(other => other.Prefix != prefix).Concat(route is null ? [] : [route]).ToList();
            history.Begin(address => Expect(address, next));
            change();
            history.End();
        }

        void Pass(long now)
        {
            foreach (var address in addresses)
                wires[1].In.TryEnqueue(PacketTo(address));
            var first = history.Done;
            router.RunOnce(now);
            var last = history.Begun;
            var results = addresses.ToDictionary(address => address, _ => Dropped);
            for (var port = 0; port < wires.Length; port++)
            {
                while (wires[port].Out.TryDequeue(out var frame))
                {
                    if (Read(port, frame) is var (destination, result) && results.ContainsKey(destination))
                        results[destination] = result;
                }
            }

            foreach (var (address, result) in results)
            {
                if (result != Dropped)
                    Interlocked.Increment(ref forwarded);
                if (!history.Allows(address, result, first, last))
                    failure = $"{address}: {result} in a pass between changes {first} and {last}";
            }

            Interlocked.Increment(ref passes);
        }
    }

    // Deterministic: the changes are made in the middle of a pass, by the port that it transmits to.
    [Fact]
    public void RunOnce_RoutesChangeWithinThePass_SlotsAreUsedAgainOnlyAfterIt()
    {
        var router = Start(fused: true);
        var prefix = IPv4Prefix.Parse("10.64.0.0/16");
        routes.Set(To(prefix, 1));
        var table = router.Engine.Tables.AdjacencyTable;
        var number = router.Engine.Tables.Fib.Lookup(prefix.Network);
        var held = table.Items[number];
        router.AttachPort(2, new HookedPort(() =>
        {
            for (var hop = 2; hop < 200; hop++)
                routes.Set(To(prefix, hop));
            Assert.Same(held, table.Items[number]);
        }));
        router.RunOnce(1);
        Assert.Same(held, table.Items[number]);
        routes.Set(To(prefix, 200));
        Assert.NotSame(held, table.Items[number]);
    }

    [Fact]
    public void Rest_WorkerSleepsOrEnds_NobodyWaitsForIt()
    {
        var router = Start(fused: true);
        var quiescence = router.Quiescence;
        Assert.True(quiescence.HasPassed(quiescence.Mark()));
        router.RunOnce(1);
        var mark = quiescence.Mark();
        Assert.False(quiescence.HasPassed(mark));
        router.RunOnce(2);
        Assert.True(quiescence.HasPassed(mark));
        router.Rest();
        Assert.True(quiescence.HasPassed(quiescence.Mark()));
        router.RunOnce(3);
        Assert.False(quiescence.HasPassed(quiescence.Mark()));
        router.Dispose();
        worker = null;
        Assert.Equal(0, quiescence.Readers);
        Assert.True(quiescence.HasPassed(quiescence.Mark()));
    }

    public void Dispose() => worker?.Dispose();

    private Worker Start(bool fused)
    {
        var neighbors = new NeighborOptions { ReachableTime = long.MaxValue / 4 };
        var made = worker = new Worker(new FramePool(512), new EngineOptions { FusedPath = fused, Neighbors = neighbors });
        made.AttachPort(0, new MemoryPort("eth0", view.Uplink.Mac, 1500, wires[0].In, wires[0].Out));
        made.AttachPort(1, new MemoryPort(Pod, view.Uplink.Mac, 1500, wires[1].In, wires[1].Out));
        var live = new LiveTables(routes, made.Quiescence, tables => made.Engine.Tables = tables);
        var host = RouteCalculator.FromUplink(view);
        live.Configure(view, [new AttachedPort(0, "eth0", 1500), new AttachedPort(1, Pod, 1500)], host, RouteCalculator.FromResources(view));
        foreach (var router in RandomRoutes.Routers.Append(IPv4Address.Parse("172.16.6.254")))
        {
            made.Engine.Neighbors.Request(0, router, 0, out _);
            made.Engine.Neighbors.Learn(0, router, MacOf(router), 0);
        }

        made.RunOnce(0);
        made.Rest();
        return made;
    }

    private static MacAddress MacOf(IPv4Address router) => new(0x0200_0000_0000UL | router.Value);

    private static Route To(IPv4Prefix prefix, int hop) =>
        new(prefix, new RouteTarget.Via(NextHop.OnLink(new IPv4Address(0xac100600u + (uint)hop))), Bgp);

    private static byte[] PacketTo(IPv4Address destination)
    {
        var udp = FrameBuilder.Udp(PodAddress, destination.ToString(), 4000, 5000, new byte[18]);
        return FrameBuilder.Ethernet(PodMac, "66:39:fa:e7:9f:a9", FrameBuilder.IPv4(PodAddress, destination.ToString(), IpProtocol.Udp, udp));
    }

    private string[] Expect(IPv4Address address) => Expect(address, [.. routes.Snapshot.Best]);

    // The naive table: a linear search, and the same again for next hops.
    private static string[] Expect(IPv4Address address, List<Route> table) => Find(address, table) switch
    {
        RouteTarget.Workload => ["1 " + PodMac],
        RouteTarget.Via via => [.. Members(via, table)],
        _ => [Dropped],
    };

    private static RouteTarget? Find(IPv4Address address, List<Route> table) =>
        table.Where(route => route.Prefix.Contains(address)).MaxBy(route => route.Prefix.Length)?.Target;

    private static IEnumerable<string> Members(RouteTarget.Via via, List<Route> table)
    {
        var members = via.NextHops.Select(hop => Member(hop, table)).Where(member => member != Dropped).ToList();
        return members.Count == 0 ? [Dropped] : members;
    }

    private static string Member(NextHop hop, List<Route> table)
    {
        var router = hop.Address;
        for (var depth = 0; depth < 8; depth++)
        {
            var isNeighbor = (depth == 0 && hop.IsOnLink) || Find(router, table) is RouteTarget.Connected;
            if (isNeighbor)
            {
                var suffix = hop.Encapsulation == Encapsulation.None ? "" : $" {hop.Encapsulation} {hop.Address}";
                return $"0 {MacOf(router)}{suffix}";
            }

            if (Find(router, table) is not RouteTarget.Via { NextHops: [{ Encapsulation: Encapsulation.None } next, ..] })
                return Dropped;
            if (next.IsOnLink)
                return $"0 {MacOf(next.Address)}" + (hop.Encapsulation == Encapsulation.None ? "" : $" {hop.Encapsulation} {hop.Address}");
            router = next.Address;
        }

        return Dropped;
    }

    // Where a frame with one of the test's packets went; null: another frame, such as an ICMP error.
    private static (IPv4Address Destination, string Result)? Read(int port, Span<byte> frame)
    {
        var ethernet = EthernetHeader.At(frame);
        if (ethernet.Type != EtherType.IPv4)
            return null;
        var way = $"{port} {ethernet.Destination}";
        var packet = IPv4Header.At(ethernet.Payload);
        if (packet.Protocol == IpProtocol.IPv4)
            return (IPv4Header.At(packet.Payload).Destination, $"{way} Ipip {packet.Destination}");
        if (packet.Protocol != IpProtocol.Udp)
            return null;
        if (UdpHeader.At(packet.Payload).DestinationPort != 4789)
            return (packet.Destination, way);
        var inner = packet.Payload[(UdpHeader.Size + VxlanHeader.Size + EthernetHeader.Size)..];
        return (IPv4Header.At(inner).Destination, $"{way} Vxlan {packet.Destination}");
    }

    /// <summary>A port that does something while a pass is under way.</summary>
    private sealed class HookedPort(Action hook) : IPort
    {
        private bool isDone;

        public string Name => "hooked";

        public string Driver => "memory";

        public int Mtu => 1500;

        public MacAddress Mac => default;

        public int Descriptor => -1;

        public PortCounters Counters { get; } = new();

        public PortState State => PortState.Up;

        public int Receive(FramePool pool, FrameVector vector, long now)
        {
            if (!isDone)
                hook();
            isDone = true;
            return 0;
        }

        public void Transmit(FrameVector vector)
        {
        }

        public void Dispose()
        {
        }
    }
}
