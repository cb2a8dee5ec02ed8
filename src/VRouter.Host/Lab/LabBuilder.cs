using VRouter.Host.Configuration;
using System.Security.Cryptography;
using VRouter.Io.Linux;

namespace VRouter.Host.Lab;

/// <summary>Builds one lab from a topology, step by step, and records each step before it is done.</summary>
internal sealed class LabBuilder
{
    private readonly Topology topology;
    private readonly LabOptions options;
    private readonly LabStore store;
    private readonly LabPlan plan;
    private readonly LabState state;

    private LabBuilder(Topology topology, LabOptions options, LabStore store)
    {
        this.topology = topology;
        this.options = options;
        this.store = store;
        var name = options.Name ?? topology.Name;
        var prefix = options.Prefix ?? name + "-";
        plan = LabPlan.Of(topology, prefix);
        state = new LabState
        {
            Name = name,
            Prefix = prefix,
            Topology = topology.File,
            Token = RandomNumberGenerator.GetHexString(32, lowercase: true),
            BootId = LabBoot.Id,
            Created = DateTimeOffset.UtcNow,
            Phase = LabPhase.Building,
            Namespaces = [],
            Routers = [],
        };
    }

    /// <summary>Builds the lab; whatever fails or cancels it, what was made is taken away again.</summary>
    /// <exception cref="LabException">The host refused; nothing is left.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is left.</exception>
    public static async Task<LabState> BuildAsync(Topology topology, LabOptions options, LabStore store, CancellationToken cancellation)
    {
        LabPrivileges.Demand();
        var builder = new LabBuilder(topology, options, store);
        using var held = store.Lock(builder.state.Name);
        builder.RefuseIfTaken();
        try
        {
            await builder.BuildAsync(cancellation).ConfigureAwait(false);
            return builder.state;
        }
        catch (Exception e)
        {
            await builder.TakeAwayAsync(e).ConfigureAwait(false);
            throw;
        }
    }

    private async Task TakeAwayAsync(Exception cause)
    {
        try
        {
            await LabEnding.EndAsync(state, store).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LabException or IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{cause.Message}\nand what was built could not be taken away: {e.Message}", cause);
        }
    }

    private void RefuseIfTaken()
    {
        if (store.Load(state.Name) is { } other)
        {
            var how = other.Phase == LabPhase.Up ? "is up already" : "was not ended cleanly";
            throw new LabException($"lab '{state.Name}' {how}; end it with: vrouter lab down {state.Name}");
        }

        foreach (var space in plan.Namespaces.Where(space => NetworkNamespace.Exists(space.Name)))
        {
            throw new LabException(
                $"a network namespace '{space.Name}' exists already and does not belong to this lab; choose other names with --prefix, or delete it with: ip netns delete {space.Name}");
        }
    }

    private async Task BuildAsync(CancellationToken cancellation)
    {
        options.Tell($"{plan.Namespaces.Count} network namespaces");
        foreach (var space in plan.Namespaces)
        {
            state.Namespaces.Add(space);
            store.Save(state);
            await CreateNamespaceAsync(space, cancellation).ConfigureAwait(false);
        }

        store.Save(state);
        options.Tell("interfaces, addresses and routes");
        await IpBatch.RunAsync(plan.Links, cancellation).ConfigureAwait(false);
        foreach (var (space, sysctl) in plan.Sysctls)
            Located(sysctl.Location, () => LabNamespaces.WriteSysctl(space, sysctl.Name, sysctl.Value));
        foreach (var group in plan.OffloadsOff)
            await SwitchOffloadsOffAsync(group.Namespace, group.Interface, group.Location, cancellation).ConfigureAwait(false);
        await IpBatch.RunAsync(plan.Configuration.OrderBy(command => plan.Namespaces.ToList().FindIndex(n => n.Name == command.Namespace)), cancellation)
            .ConfigureAwait(false);
        await IpBatch.RunAsync(plan.IpLines, cancellation).ConfigureAwait(false);
        await StartRoutersAsync(cancellation).ConfigureAwait(false);
        await MoveTapsAsync(cancellation).ConfigureAwait(false);
        state.Phase = LabPhase.Up;
        store.Save(state);
    }

    private async Task CreateNamespaceAsync(LabNamespace space, CancellationToken cancellation)
    {
        try
        {
            await LabNamespaces.CreateAsync(space, cancellation).ConfigureAwait(false);
        }
        catch (LabException)
        {
            // Whoever made it meanwhile keeps it.
            state.Namespaces.Remove(space);
            throw;
        }

        if (!topology.IPv6)
            LabNamespaces.DisableIPv6(space.Name);
    }

    private async Task StartRoutersAsync(CancellationToken cancellation)
    {
        var folder = store.FolderOf(state.Name);
        foreach (var (path, text) in options.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, cancellation).ConfigureAwait(false);
        }

        var started = new List<Task>();
        foreach (var router in topology.Routers)
        {
            var record = new LabRouter
            {
                Node = router.Node,
                Namespace = state.Prefix + router.Node,
                Log = Path.Combine(folder, router.Node + ".log"),
            };
            state.Routers.Add(record);
            store.Save(state);
            var command = RouterProcess.CommandLine(router, RouterProcess.WriteConfiguration(router, folder), options.RouterArguments(router.Node));
            var process = LabProcesses.Start(record.Namespace, record.Log, state.Token, command);
            record.Pid = process.Id;
            store.Save(state);
            started.Add(RouterProcess.WaitUntilReadyAsync(record, process, options.ReadyWithin, cancellation));
        }

        if (started.Count > 0)
            options.Tell($"{started.Count} routers");
        await Task.WhenAll(started).ConfigureAwait(false);
    }

    /// <summary>Gives each tap that a router has created to its pod, unless the router has moved it there itself (annotation vrouter/netns).</summary>
    private async Task MoveTapsAsync(CancellationToken cancellation)
    {
        foreach (var pod in topology.Pods.Where(pod => pod.Tap))
        {
            var (inside, node) = (state.Prefix + pod.Name, state.Prefix + pod.Node);
            var moved = await HostCommand.RunAsync("ip", ["-n", inside, "link", "show", "dev", "eth0"], cancellation: cancellation).ConfigureAwait(false);
            if (moved.ExitCode != 0)
                await IpBatch.RunAsync([new(node, $"link set dev {pod.Interface} netns {inside} name eth0", pod.Location)], cancellation).ConfigureAwait(false);
            var mac = pod.Mac is { } address ? $" address {address}" : "";
            PlannedCommand[] setUp = [new(inside, "link set dev eth0 down", pod.Location), new(inside, $"link set dev eth0 mtu {pod.Mtu}{mac}", pod.Location)];
            await IpBatch.RunAsync(setUp.Concat(LabPlan.PodAddressing(pod, inside)), cancellation).ConfigureAwait(false);
        }
    }

    private static async Task SwitchOffloadsOffAsync(string space, string port, SourceLocation location, CancellationToken cancellation)
    {
        string[] command = ["netns", "exec", space, "ethtool", "-K", port, "tx", "off", "rx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off"];
        var result = await HostCommand.RunAsync("ip", command, cancellation: cancellation).ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw new LabException($"{location}: offloads: ip {string.Join(' ', command)}: {result.Errors.Trim()}");
    }

    private static void Located(SourceLocation location, Action action)
    {
        try
        {
            action();
        }
        catch (LabException e)
        {
            throw new LabException($"{location}: {e.Message}", e);
        }
    }
}
