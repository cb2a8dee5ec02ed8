using VRouter.Host.Lab;

namespace VRouter.Host.Demo;

/// <summary>The demo on real wires: network namespaces, a router process on each node, and ping(8) in the pods.</summary>
internal sealed class WireDemo
{
    private const string Name = "demo";
    private readonly LabState lab;
    private readonly LabStore store;

    private WireDemo(LabState lab, LabStore store, Topology topology)
    {
        this.lab = lab;
        this.store = store;
        Topology = topology;
    }

    /// <summary>What was built.</summary>
    public Topology Topology { get; }

    /// <summary>The lab's name.</summary>
    public string LabName => lab.Name;

    /// <summary>Builds the network and waits until its routers are ready.</summary>
    /// <param name="mode">How packets travel between nodes.</param>
    /// <param name="store">Where the lab is recorded.</param>
    /// <param name="options">The lab's name, "demo" unless given, and prefix, none unless given.</param>
    /// <param name="cancellation">Stops and takes away what was built.</param>
    /// <exception cref="LabException">The host refused, or a router did not become ready; nothing is left.</exception>
    public static async Task<WireDemo> BuildAsync(DemoMode mode, LabStore store, LabOptions options, CancellationToken cancellation)
    {
        var name = options.Name ?? Name;
        var network = DemoNetwork.In(mode, store.FolderOf(name));
        options = options with { Name = name, Prefix = options.Prefix ?? "", Files = network.Files };
        var lab = await LabBuilder.BuildAsync(network.Topology, options, store, cancellation).ConfigureAwait(false);
        return new WireDemo(lab, store, network.Topology);
    }

    /// <summary>Lets each pod ping each other and captures every wire meanwhile.</summary>
    public async Task<DemoObservation> ObserveAsync(CancellationToken cancellation)
    {
        var captures = DemoWire.All.ToDictionary(wire => wire, wire => new Capture(wire.Name, lab.Prefix + wire.Place, wire.Interface));
        PingResult[] pings;
        using (CaptureSession.Start([.. captures.Values]))
        {
            var pairs = Topology.Pods.SelectMany(from => Topology.Pods.Where(to => to != from).Select(to => (from, to)));
            pings = await Task.WhenAll(pairs.Select(pair => PingAsync(pair.from, pair.to, cancellation))).ConfigureAwait(false);
        }

        return new DemoObservation { Pings = pings, Frames = captures.ToDictionary(pair => pair.Key, pair => pair.Value.Frames) };
    }

    /// <summary>What the kernel says to a tunnel device of this kind.</summary>
    /// <returns>Its refusal, or null if it has such devices.</returns>
    public async Task<string?> KernelRefusalAsync(string kind, CancellationToken cancellation)
    {
        var space = lab.Namespaces.First(s => s.Label == "walker-1").Name;
        string[] add = ["-n", space, "link", "add", "name", "probe0", "type", kind, .. kind == "vxlan" ? ["id", "1", "dstport", "4789"] : Array.Empty<string>()];
        var result = await HostCommand.RunAsync("ip", add, cancellation: cancellation).ConfigureAwait(false);
        if (result.ExitCode != 0)
            return result.Errors.Trim();
        await HostCommand.RunAsync("ip", ["-n", space, "link", "delete", "probe0"], cancellation: cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>Takes everything away.</summary>
    /// <returns>What a person should know, one sentence each; empty if nothing is left.</returns>
    public Task<IReadOnlyList<string>> EndAsync() => LabEnding.EndAsync(lab.Name, store);

    private async Task<PingResult> PingAsync(TopologyPod from, TopologyPod to, CancellationToken cancellation)
    {
        string[] command = ["netns", "exec", lab.Prefix + from.Name, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", to.Address.ToString()];
        var result = await HostCommand.RunAsync("ip", command, cancellation: cancellation).ConfigureAwait(false);
        if (result.ExitCode > 1)
            throw new LabException($"ip {string.Join(' ', command)}: {result.Errors.Trim()}");
        return PingResult.Parse(from.Name, to.Name, result.Output);
    }
}
