using System.Collections.Concurrent;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon;
using VRouter.Host.Tests.Configuration;
using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests.Daemon;

/// <summary>A real worker on a thread of its own, with ports in memory that remember in which order things happened to them.</summary>
public sealed class ReconcilerTests : IDisposable
{
    private const string Pod = "calie50081a277c";
    private const int FrameCapacity = 1856;

    private readonly StringWriter text = new();
    private readonly Opener opener = new();
    private readonly Worker worker = new(new FramePool(256, FrameCapacity), new EngineOptions());
    private readonly WorkerGroup workers;
    private readonly WorkerThread thread;
    private readonly PortSet ports;
    private readonly Conditions conditions;
    private readonly Reconciler reconciler;

    public ReconcilerTests()
    {
        var log = new DaemonLog(TextWriter.Synchronized(text), TimeProvider.System);
        conditions = new Conditions(log);
        workers = new WorkerGroup([worker]);
        ports = new PortSet(workers, opener, FrameCapacity, log, TimeProvider.System);
        reconciler = new Reconciler("walker-1", workers, ports, null, conditions, log);
        thread = new WorkerThread(worker, "test");
        opener.Worker = worker;
        worker.PortsChanged += () => worker.Ports.OfType<ObservedPort>().ToList().ForEach(port => port.NoteAttached());
    }

    private ForwardingTables Tables => worker.Engine.Tables;

    [Fact]
    public async Task ApplyAsync_FirstTime_AttachesPortsAndPublishesRoutesToThem()
    {
        await reconciler.ApplyAsync(Seed001.State("Always"), Hosts.Walker1(Pod));
        Assert.Equal(["eth0", Pod], Tables.Ports.Select(port => port?.Name));
        Assert.Equal(AdjacencyKind.NextHop, AdjacencyOf("192.168.187.211").Kind);
        Assert.Equal(AdjacencyKind.Ipip, AdjacencyOf("192.168.121.2").Kind);
        Assert.False(reconciler.HasFailures);
        Assert.Empty(conditions.Current);
    }

    [Fact]
    public async Task ApplyAsync_InterfaceAppears_IsAttachedAndNoLongerAwaited()
    {
        var state = Seed001.State();
        await reconciler.ApplyAsync(state, Hosts.Walker1());
        Assert.Contains($"'{Pod}' does not exist yet", Assert.Single(conditions.Current).Text);
        Assert.Equal(AdjacencyKind.Drop, AdjacencyOf("192.168.187.211").Kind);

        await reconciler.ApplyAsync(state, Hosts.Walker1(Pod));
        Assert.Equal(AdjacencyKind.NextHop, AdjacencyOf("192.168.187.211").Kind);
        Assert.Empty(conditions.Current);
    }

    [Fact]
    public async Task ApplyAsync_InterfaceGone_IsDetachedOnlyAfterRoutesHaveLeftIt()
    {
        var state = Seed001.State();
        await reconciler.ApplyAsync(state, Hosts.Walker1(Pod));
        var port = opener.Opened[Pod];
        await reconciler.ApplyAsync(state, Hosts.Walker1());
        Assert.True(port.IsDisposed);
        Assert.False(port.WasPublishedWhenDisposed);
        Assert.Null(worker.Ports[1]);
    }

    [Fact]
    public async Task ApplyAsync_NewPort_IsAttachedBeforeRoutesLeadToIt()
    {
        await reconciler.ApplyAsync(Seed001.State(), Hosts.Walker1(Pod));
        Assert.False(opener.Opened[Pod].WasPublishedWhenAttached);
    }

    [Fact]
    public async Task ApplyAsync_InterfaceMadeAgain_GetsANewPortUnderANewIndex()
    {
        var state = Seed001.State();
        await reconciler.ApplyAsync(state, Hosts.Walker1(Pod));
        var first = opener.Opened[Pod];
        await reconciler.ApplyAsync(state, Hosts.Walker1("other", Pod));
        Assert.True(first.IsDisposed);
        Assert.NotSame(first, opener.Opened[Pod]);
        Assert.Equal(["eth0", null, Pod], Tables.Ports.Select(port => port?.Name));
    }

    [Fact]
    public async Task ApplyAsync_NothingChanged_PublishesNothing()
    {
        var (state, host) = (Seed001.State(), Hosts.Walker1(Pod));
        await reconciler.ApplyAsync(state, host);
        var tables = Tables;
        await reconciler.ApplyAsync(state, host);
        Assert.Same(tables, Tables);
    }

    [Fact]
    public async Task ApplyAsync_PortCannotBeOpened_IsAConditionAndTheRestGoesOn()
    {
        opener.Refuse = Pod;
        await reconciler.ApplyAsync(Seed001.State(), Hosts.Walker1(Pod));
        Assert.True(reconciler.HasFailures);
        Assert.Equal($"port {Pod}", Assert.Single(conditions.Current).Subject);
        Assert.Equal(["eth0"], Tables.Ports.Select(port => port?.Name));

        opener.Refuse = null;
        await reconciler.ApplyAsync(Seed001.State(), Hosts.Walker1(Pod));
        Assert.False(reconciler.HasFailures);
        Assert.Equal(AdjacencyKind.NextHop, AdjacencyOf("192.168.187.211").Kind);
    }

    [Fact]
    public async Task ApplyAsync_UplinkChangesItsAddressGatewayAndMtu_TablesFollow()
    {
        var state = Seed001.State("Always");
        await reconciler.ApplyAsync(state, Hosts.Walker1(Pod));
        var host = Hosts.Walker1(Pod);
        await reconciler.ApplyAsync(state, host with { Links = [.. host.Links.Select(link => link.Name == "eth0" ? link with { Mtu = 1400 } : link)] });
        Assert.Equal(1380, AdjacencyOf("192.168.121.2").Mtu);
        Assert.Equal(1400, Tables.Ports[0]!.Mtu);
        Assert.Same(opener.Opened["eth0"], worker.Ports[0]);
    }

    [Fact]
    public async Task ApplyAsync_UplinkGone_KeepsWhatWasKnownAndTheWorkloads()
    {
        var state = Seed001.State();
        var host = Hosts.Walker1(Pod);
        await reconciler.ApplyAsync(state, host);
        await reconciler.ApplyAsync(state, host with { Links = [.. host.Links.Where(link => link.Name != "eth0")], DefaultRoutes = [] });
        Assert.Equal(AdjacencyKind.NextHop, AdjacencyOf("192.168.187.211").Kind);
        Assert.Equal(AdjacencyKind.Drop, AdjacencyOf("192.168.121.2").Kind);
        Assert.StartsWith("the interface is gone", Assert.Single(conditions.Current).Text);

        await reconciler.ApplyAsync(state, host);
        Assert.Equal(AdjacencyKind.NextHop, AdjacencyOf("192.168.121.2").Kind);
    }

    [Fact]
    public async Task ApplyAsync_UnknownUplinkAtTheStart_ThrowsWithItsPlaceAndChangesNothing()
    {
        var host = Hosts.Walker1() with { Links = [Hosts.Link(3, "eth1")] };
        var failure = await Assert.ThrowsAsync<DaemonException>(() => reconciler.ApplyAsync(Seed001.State(), host));
        Assert.Matches(@"^seed001\.yaml:\d+:\d+: error: spec\.uplink\.interface 'eth0' is no interface", failure.Finding!.ToString());
        Assert.Empty(opener.Opened);
    }

    [Fact]
    public async Task ApplyAsync_MtuBeyondTheBuffers_IsCutToThemAndTold()
    {
        var host = Hosts.Walker1(Pod);
        await reconciler.ApplyAsync(Seed001.State(), host with { Links = [.. host.Links.Select(link => link with { Mtu = 9000 })] });
        Assert.Equal(FrameCapacity - 14, Tables.Ports[1]!.Mtu);
        Assert.Contains(conditions.Current, condition => condition.Subject == $"port {Pod} mtu");
    }

    [Fact]
    public async Task DetachAsync_PortThatCounted_KeepsItsCountsInTheSum()
    {
        var state = Seed001.State();
        await reconciler.ApplyAsync(state, Hosts.Walker1(Pod));
        opener.Opened[Pod].Counters.ReceivedFrames = 7;
        await reconciler.ApplyAsync(state, Hosts.Walker1());
        Assert.Equal(7, ports.Closed.Totals.ReceivedFrames);
    }

    public void Dispose()
    {
        thread.Dispose();
        workers.Dispose();
        text.Dispose();
    }

    private Adjacency AdjacencyOf(string address) => Tables.Adjacencies[Tables.Fib.Lookup(IPv4Address.Parse(address))];

    private sealed class Opener : IPortOpener
    {
        public ConcurrentDictionary<string, ObservedPort> Opened { get; } = [];

        public Worker? Worker { get; set; }

        public string? Refuse { get; set; }

        public Result<IReadOnlyList<IPort>> Open(PortSpec spec, int mtu, int workers, out string? fallback)
        {
            fallback = null;
            if (spec.Interface == Refuse)
                return new LinuxError($"open({spec.Interface})", Errno.EPERM);
            var port = new ObservedPort(spec.Interface, Worker!);
            Opened[spec.Interface] = port;
            return new IPort[] { port };
        }
    }

    private sealed class ObservedPort(string name, Worker worker) : IPort
    {
        public string Name => name;

        public string Driver => "memory";

        public int Mtu => 1500;

        public MacAddress Mac => MacAddress.WorkloadGateway;

        public int Descriptor => -1;

        public PortCounters Counters { get; } = new();

        public PortState State => PortState.Up;

        public bool? WasPublishedWhenAttached { get; private set; }

        public bool WasPublishedWhenDisposed { get; private set; }

        public bool IsDisposed { get; private set; }

        private bool IsPublished => worker.Engine.Tables.Ports.Any(port => port?.Name == name);

        public void NoteAttached() => WasPublishedWhenAttached ??= IsPublished;

        public int Receive(FramePool pool, FrameVector vector, long now) => 0;

        public void Transmit(FrameVector vector)
        {
        }

        public void Dispose()
        {
            WasPublishedWhenDisposed = IsPublished;
            IsDisposed = true;
        }
    }
}
