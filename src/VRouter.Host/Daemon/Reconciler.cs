using VRouter.Core.Tables;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Daemon.Guard;
using VRouter.Host.Recording;
using VRouter.Host.Routing;
using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;

namespace VRouter.Host.Daemon;

/// <summary>
/// Brings ports, guard and tables to what the resources and the host say, in an order in which no frame is lost: ports are attached before routes lead
/// to them, and detached after routes have left them. What fails is a condition; the rest is applied. One caller at a time; <see cref="Status"/> is for any thread.
/// </summary>
internal sealed class Reconciler
{
    /// <summary>The subject of the condition that the guard is not in place.</summary>
    public const string GuardSubject = "guard";

    private readonly string node;
    private readonly WorkerGroup workers;
    private readonly PortSet ports;
    private readonly KernelGuard? guard;
    private readonly Conditions conditions;
    private readonly DaemonLog log;
    private readonly LiveTables live;
    private readonly RouterRecording? recording;
    private (ClusterState State, UplinkFacts Uplink)? described;
    private RouterStatus? status;

    /// <summary>Starts with nothing in effect.</summary>
    public Reconciler(string node, WorkerGroup workers, PortSet ports, KernelGuard? guard, Conditions conditions, DaemonLog log, RouterRecording? recording = null)
    {
        (this.node, this.workers, this.ports, this.guard, this.conditions, this.log, this.recording) = (node, workers, ports, guard, conditions, log, recording);
        live = new LiveTables(Routes, workers.Quiescence, workers.Publish) { Journal = recording };
        recording?.Follow(live);
    }

    /// <summary>The RIB: what a source changes there is forwarded by when its call returns.</summary>
    public RouteTable Routes { get; } = new();

    /// <summary>What is in effect; null before the first <see cref="ApplyAsync"/>.</summary>
    public RouterStatus? Status => Volatile.Read(ref status) is { } applied ? applied with { Tables = live.Tables } : null;

    /// <summary>True if something failed that may work at the next try.</summary>
    public bool HasFailures { get; private set; }

    /// <summary>True if a port has lost its interface in a way that the kernel tells nobody.</summary>
    public bool HasLostPorts => ports.HasLost;

    /// <summary>Applies a state.</summary>
    /// <param name="state">The resources; the node has an address and a RouterConfiguration among them.</param>
    /// <param name="host">The host as it is now.</param>
    /// <exception cref="DaemonException">The uplink is unknown, and so are the facts of an earlier one: nothing was changed.</exception>
    public async Task ApplyAsync(ClusterState state, HostState host)
    {
        var facts = FactsOf(state, host);
        var view = NodeView.Of(state, node, facts);
        var plan = PortPlan.Of(view, host);
        if (facts != Status?.View.Uplink)
            log.Info($"uplink {facts.Interface}: address {facts.Address}, gateway {facts.Gateway?.ToString() ?? "none"}, mtu {facts.Mtu}, mac {facts.Mac}");
        var failures = (await ports.AttachAsync(plan, view, host).ConfigureAwait(false)).ToList();
        var attached = ports.Open.Where(port => plan.Has(port.Spec)).ToValueList();
        var (hostRoutes, resourceRoutes) = (RouteCalculator.FromUplink(view), RouteCalculator.FromResources(view));
        var destinations = resourceRoutes.Where(IsForWorkloads).Select(route => route.Prefix).Except(hostRoutes.Select(route => route.Prefix)).ToValueList();
        if (FilterFailure(view, attached, destinations) is { } unfiltered)
            failures.Add(unfiltered);
        if (GuardFailure(view, host, attached, destinations) is { } failure)
            failures.Add(failure);
        var awaited = plan.Awaited.ToValueList();
        if (Status is not { } before || before.View.State != state || before.View.Uplink != facts || before.Ports != attached || before.Awaited != awaited)
            await PublishAsync(view, attached, awaited, hostRoutes, resourceRoutes).ConfigureAwait(false);
        await ports.DetachAsync(plan).ConfigureAwait(false);

        HasFailures = failures.Count > 0;
        conditions.Replace("router", [.. failures, .. ports.Fallbacks, .. UplinkReader.Oddities(host, facts, view.Address), .. plan.Awaited.Select(Awaited)]);
    }

    private async Task PublishAsync(
        NodeView view, ValueList<OpenPort> attached, ValueList<WorkloadEndpoint> awaited, IReadOnlyList<Route> host, IReadOnlyList<Route> resources)
    {
        DescribeToRecording(view);
        live.Configure(view, [.. attached.Select(Describe)], host, resources);
        // Between two passes: none goes on that knows earlier tables.
        await workers.SettleAsync().ConfigureAwait(false);
        Volatile.Write(ref status, new RouterStatus(view, Routes, live.Tables, attached, awaited));
        log.Info($"forwarding by {Counted.Of(Routes.Count, "route")} through {Counted.Of(attached.Count, "port")}");
    }

    private void DescribeToRecording(NodeView view)
    {
        if (recording is null || described == (view.State, view.Uplink))
            return;
        described = (view.State, view.Uplink);
        var complaint = recording.Describe(node, view.State.Files, view.Uplink);
        conditions.Replace("recording-configuration", complaint is null ? [] : [Condition.Warning(
            "recording", $"{complaint}, so 'vrouter replay --check' cannot check what comes of it; the recording goes on")]);
    }

    private static AttachedPort Describe(OpenPort port) =>
        new(port.Index, port.Spec.Interface, port.Mtu, HasHostStack: port.Spec.Role == PortRole.Uplink);

    private static Condition Awaited(WorkloadEndpoint endpoint) => Condition.Warning(
        $"workload {endpoint.Key.Namespace}/{endpoint.Name}", $"the interface '{endpoint.InterfaceName}' does not exist yet; it is attached when it appears");

    /// <summary>What is known of the uplink. One that has vanished keeps what was known, so that it goes on unchanged when it comes back.</summary>
    private UplinkFacts FactsOf(ClusterState state, HostState host)
    {
        var router = state.FindRouter(node)!;
        if (UplinkReader.Read(host, router.Uplink, state.FindNode(node)!.Address!.Value, out var complaint) is { } facts)
            return facts;
        if (Status?.View.Uplink is { } known && known.Interface == router.Uplink.Interface)
            return UplinkFacts.Merge(router.Uplink, known);
        throw DaemonException.Host(router.Source["spec.uplink.interface"], $"spec.uplink.interface {complaint}");
    }

    private Condition? GuardFailure(NodeView view, HostState host, ValueList<OpenPort> attached, ValueList<IPv4Prefix> destinations)
    {
        if (guard is null || host.Find(view.Uplink.Interface) is not { } uplink)
            return null;
        try
        {
            guard.Apply(new GuardPlan
            {
                Node = node,
                Uplink = new GuardedInterface(uplink.Name, uplink.Index),
                NodeAddress = view.Address,
                VxlanL4Port = TableCompiler.VxlanPortOf(view),
                Destinations = destinations,
                Workloads = attached
                    .Where(port => port.Spec is { Role: PortRole.Workload, Driver: not PortDriver.Tap })
                    .Select(port => new GuardedInterface(port.Spec.Interface, port.Spec.LinkIndex))
                    .ToValueList(),
            });
            return null;
        }
        catch (GuardException e)
        {
            return Condition.Error(GuardSubject, $"{e.Message}; the host's kernel may treat the router's packets too");
        }
    }

    /// <summary>Tells an AF_XDP uplink what to take, which is what the guard hides of the others.</summary>
    private Condition? FilterFailure(NodeView view, ValueList<OpenPort> attached, ValueList<IPv4Prefix> destinations)
    {
        if (attached.FirstOrDefault(port => port.Spec.Role == PortRole.Uplink)?.Port is not AfXdpPort uplink)
            return null;
        var failure = uplink.SetFilter(new XdpFilter
        {
            Mac = view.Uplink.Mac,
            Address = view.Address,
            VxlanL4Port = TableCompiler.VxlanPortOf(view),
            Destinations = destinations,
        });
        return failure is null ? null : Condition.Error($"port {uplink.Name} filter", $"what the router takes cannot be set: {failure}; what it took before stays");
    }

    // A blackhole is a block of this node: its unused addresses are the router's to drop, not the host's to forward.
    private static bool IsForWorkloads(Route route) => route.Target is RouteTarget.Workload or RouteTarget.Blackhole;
}
