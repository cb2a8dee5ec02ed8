using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon;
using VRouter.Host.Routing;

namespace VRouter.Benchmarks.Routes;

/// <summary>A router's control plane and one worker, with one uplink and as many routes as asked for: what a route change passes through in the daemon.</summary>
internal sealed class LiveRouter : IDisposable
{
    /// <summary>Next hops in use after the load; <see cref="NextHops"/> has more, for changes to a hop that is new.</summary>
    public const int HopsInUse = 64;

    private const string Node = "bench";
    private const int MostHops = 4096;
    private const uint FirstHop = 0xac10_1000;
    private const int UplinkMtu = 1500;

    private static readonly string Resources = $$$"""
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: {{{Node}}}}
        spec: {bgp: {ipv4Address: 172.16.0.1/16}}
        ---
        apiVersion: vrouter/v1
        kind: RouterConfiguration
        metadata: {name: {{{Node}}}}
        spec: {uplink: {interface: eth0}}
        """;

    private readonly FramePool pool = new(1024);

    /// <summary>Configures the router and loads a route for each prefix, by <see cref="HopsInUse"/> next hops in turn.</summary>
    public LiveRouter(IPv4Prefix[] prefixes)
    {
        var state = ConfigurationLoader.LoadText("bench.yaml", Resources).State
            ?? throw new InvalidOperationException("The benchmark's own configuration has errors.");
        var uplink = new UplinkFacts { Interface = "eth0", Address = state.FindNode(Node)!.Address!.Value, Mtu = UplinkMtu, Mac = UplinkMac };
        var view = NodeView.Of(state, Node, uplink);
        var quiescence = new Quiescence();
        Worker = new Worker(pool, new EngineOptions(), quiescence);
        Live = new LiveTables(Table, quiescence, tables => Worker.Engine.Tables = tables);
        Live.Configure(view, [new AttachedPort(0, "eth0", UplinkMtu)], RouteCalculator.FromUplink(view), RouteCalculator.FromResources(view));
        Prefixes = prefixes;
        Load();
    }

    /// <summary>The MAC address that frames to the router carry.</summary>
    public static MacAddress UplinkMac { get; } = new(0x02_00_00_00_00_01);

    /// <summary>Whose routes change: a routing protocol's.</summary>
    public static RouteSource Source { get; } = new("bgp", 200);

    /// <summary>Ways through gateways in the uplink's subnet.</summary>
    public static RouteTarget[] NextHops { get; } =
        [.. Enumerable.Range(0, MostHops).Select(hop => new RouteTarget.Via(NextHop.Plain(HopAddress(hop))))];

    /// <summary>The prefixes that have a route.</summary>
    public IPv4Prefix[] Prefixes { get; }

    /// <summary>Where routes are changed.</summary>
    public RouteTable Table { get; } = new();

    /// <summary>What the data path reads.</summary>
    public LiveTables Live { get; }

    /// <summary>The data path.</summary>
    public Worker Worker { get; }

    /// <summary>Gives each prefix its first route again.</summary>
    public void Load() => Table.Replace(Source, Prefixes.Select((prefix, index) => new Route(prefix, NextHops[index % HopsInUse], Source)));

    /// <summary>Tells the worker the MAC address of each next hop in use, as ARP would.</summary>
    public void ResolveNextHops()
    {
        for (var hop = 0; hop < HopsInUse; hop++)
        {
            Worker.Engine.Neighbors.Request(0, HopAddress(hop), 0, out _);
            Worker.Engine.Neighbors.Learn(0, HopAddress(hop), new MacAddress(0x02_00_00_00_01_00 + (ulong)hop), 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Worker.Dispose();
        pool.Dispose();
    }

    private static IPv4Address HopAddress(int hop) => new(FirstHop + (uint)hop);
}
