using VRouter.Core.Tables;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Routing;
using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>
/// The ports of the workers: opens and attaches what a plan adds, detaches and closes what it has no more. Calls come from one thread at a time.
/// </summary>
/// <param name="workers">The workers.</param>
/// <param name="opener">Opens them.</param>
/// <param name="frameCapacity">The longest frame that the workers' buffers hold, in bytes.</param>
/// <param name="log">Told of ports that come and go.</param>
/// <param name="time">The clock.</param>
internal sealed class PortSet(WorkerGroup workers, IPortOpener opener, int frameCapacity, DaemonLog log, TimeProvider time)
{
    private const int EthernetHeader = 14;

    // The kernel frees a queue a little after its last AF_XDP socket was closed, and a packet port that finds it taken sends by packet socket for good.
    private static readonly TimeSpan QueueFreeing = TimeSpan.FromMilliseconds(20);

    private readonly PortIndices indices = new();
    private readonly Dictionary<PortSpec, OpenPort> ports = [];
    private ClosedPorts closed = ClosedPorts.None;

    /// <summary>The attached ports, in the order of their indices.</summary>
    public IEnumerable<OpenPort> Open => ports.Values.OrderBy(port => port.Index);

    /// <summary>What the ports counted that are closed by now. For any thread.</summary>
    public ClosedPorts Closed => Volatile.Read(ref closed);

    /// <summary>Ports that another driver serves than the one that was asked for, or that one worker reads for all.</summary>
    public IEnumerable<Condition> Fallbacks => ports.Values.Where(port => port.Fallback is not null)
        .Select(port => Condition.Warning($"port {port.Spec.Interface} driver", port.Spec.Driver == PortDriver.Tap
            ? $"one worker reads it for all: {port.Fallback}"
            : $"served by {port.Port.Driver} instead of af-xdp: {port.Fallback}"));

    /// <summary>
    /// Attaches the planned ports that are not open yet, and takes over the MTUs that the host says. Ports that the plan has no more stay, so that no
    /// frame is lost while tables still lead to them.
    /// </summary>
    /// <remarks>
    /// A device whose network namespace was deleted is closed, and made again where a namespace of that name is. A port in whose way an open one is on the same interface takes its place: that
    /// one is closed first, and what is sent there meanwhile, for some milliseconds, is dropped and counted.
    /// </remarks>
    /// <returns>What did not work.</returns>
    public async Task<IReadOnlyList<Condition>> AttachAsync(PortPlan plan, NodeView view, HostState host)
    {
        var conditions = new List<Condition>();
        var lost = ports.Values.Where(port => port.IsLost).ToList();
        foreach (var port in lost)
            log.Warning($"port {port.Spec.Interface}: the network namespace '{port.Spec.NetworkNamespace}' was deleted");
        await CloseAsync(lost).ConfigureAwait(false);

        var missing = plan.Ports.Where(spec => !ports.ContainsKey(spec)).ToList();
        await MakeWayAsync(missing).ConfigureAwait(false);
        var opened = new (Result<IReadOnlyList<IPort>> Queues, string? Fallback)[missing.Count];
        KernelCalls.Spread(missing.Count, number =>
            opened[number].Queues = opener.Open(missing[number], WorkloadMtu.Of(view), workers.Count, out opened[number].Fallback));
        for (var number = 0; number < missing.Count; number++)
        {
            if (await AttachAsync(missing[number], opened[number].Queues, opened[number].Fallback, host).ConfigureAwait(false) is { } failure)
                conditions.Add(failure);
        }

        foreach (var port in ports.Values.ToList())
        {
            var mtu = MtuOf(port, host);
            ports[port.Spec] = port with { Mtu = Math.Min(mtu, frameCapacity - EthernetHeader) };
            if (mtu > frameCapacity - EthernetHeader)
            {
                conditions.Add(Condition.Warning($"port {port.Spec.Interface} mtu",
                    $"the MTU was raised to {mtu}, but buffers made at start hold packets of {frameCapacity - EthernetHeader}; restart the router to use it"));
            }
        }

        return conditions;
    }

    /// <summary>Detaches and closes every port that is not planned. The published tables must not lead to them any more.</summary>
    public Task DetachAsync(PortPlan plan) => CloseAsync([.. ports.Values.Where(port => !plan.Has(port.Spec))]);

    /// <summary>True if a port is to be closed and made again: see <see cref="OpenPort.IsLost"/>.</summary>
    public bool HasLost => ports.Values.Any(port => port.IsLost);

    private async Task MakeWayAsync(List<PortSpec> missing)
    {
        var inTheWay = ports.Values.Where(port => missing.Any(spec => spec.ExcludesOn(port.Spec))).ToList();
        await CloseAsync(inTheWay).ConfigureAwait(false);
        if (inTheWay.Count > 0)
            await Task.Delay(QueueFreeing, time).ConfigureAwait(false);
    }

    /// <summary>Closes ports once their workers have let go of them, off the workers' threads; frames that they had go back to their pools on those threads.</summary>
    private async Task CloseAsync(IReadOnlyList<OpenPort> leaving)
    {
        foreach (var port in leaving)
        {
            ports.Remove(port.Spec);
            await workers.DetachPort(port.Index).ConfigureAwait(false);
        }

        var queues = leaving.SelectMany(port => port.Queues.Select((queue, worker) => (Queue: queue, Worker: workers.Workers[worker]))).ToList();
        KernelCalls.Spread(queues.Count, number =>
        {
            if (queues[number].Queue is IFrameHolder holder)
                holder.Close();
            else
                queues[number].Queue.Dispose();
        });
        foreach (var (queue, worker) in queues)
        {
            if (queue is IFrameHolder holder)
                await worker.Invoke(holder.ReturnFrames).ConfigureAwait(false);
        }

        foreach (var port in leaving)
        {
            Volatile.Write(ref closed, port.Queues.Aggregate(closed, (sum, queue) => sum.With(queue.Counters)));
            indices.Return(port.Index, time.GetUtcNow());
            log.Info($"port {port.Spec.Interface} detached");
        }
    }

    private static int MtuOf(OpenPort port, HostState host) =>
        port.Spec.Driver != PortDriver.Tap && host.Find(port.Spec.Interface) is { } link ? link.Mtu : port.Port.Mtu;

    private async Task<Condition?> AttachAsync(PortSpec spec, Result<IReadOnlyList<IPort>> opened, string? fallback, HostState host)
    {
        var subject = $"port {spec.Interface}";
        if (!opened.TryGet(out var queues, out var error))
            return Condition.Error(subject, $"cannot be opened: {error}");
        if (!indices.TryTake(time.GetUtcNow(), out var index))
        {
            foreach (var queue in queues)
                queue.Dispose();
            return Condition.Error(subject, "no port number is free");
        }

        var open = new OpenPort(index, spec, queues.ToValueList(), queues[0].Mtu, workers.DropsOfPort(index))
        {
            Namespace = spec.NetworkNamespace is { } name ? NamespaceIdentity.Of(name) : null,
            Fallback = fallback,
        };
        await workers.AttachPort(index, queues).ConfigureAwait(false);
        ports.Add(spec, open);
        var driver = open.Port.Driver + (open.Port.Mode.Length > 0 ? $" {open.Port.Mode}" : "");
        log.Info($"port {spec.Interface} attached ({driver}, {(spec.Role == PortRole.Uplink ? "uplink" : "workload")}, mtu {MtuOf(open, host)})");
        return null;
    }
}
