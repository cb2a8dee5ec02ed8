using VRouter.Host.Lab;

namespace VRouter.Host.Bench.Io;

/// <summary>
/// The kernel's own forwarding. A veth pair hands a frame over on the core of its sender; so that sending and forwarding have a core each, as for the router, the
/// node's side is polled by a kernel thread (threaded NAPI) on the router's core. Where the kernel has no such thread, it works on the sender's core.
/// </summary>
internal sealed class KernelForwarder : IForwarder
{
    private static readonly IReadOnlyDictionary<string, long> NotTold = new Dictionary<string, long>();
    private readonly int[] pollers;

    private KernelForwarder(IoLab lab, IoMode mode, int[] pollers)
    {
        Lab = lab;
        Mode = mode;
        this.pollers = pollers;
    }

    /// <inheritdoc/>
    public string Name => pollers.Length > 0 ? "kernel" : "kernel on the sender's core";

    /// <inheritdoc/>
    public string? Remark => null;

    /// <inheritdoc/>
    public IoLab Lab { get; }

    /// <inheritdoc/>
    public IoMode Mode { get; }

    /// <inheritdoc/>
    public bool Routes => true;

    /// <summary>Builds the lab.</summary>
    /// <param name="settings">Mode and cores.</param>
    /// <param name="ownCore">True: a kernel thread on the router's core forwards; false: the sender's core does.</param>
    /// <param name="cancellation">Stops and takes away what was built.</param>
    /// <returns>The forwarder, or null if the kernel has no threads that poll veth pairs.</returns>
    public static async Task<KernelForwarder?> StartAsync(IoSettings settings, bool ownCore, CancellationToken cancellation)
    {
        var name = ownCore ? "kernel-own" : "kernel";
        var lab = await IoLab.BuildAsync(name, folder => (IoNetwork.WithKernel(settings.Mode, bothWays: false, folder), new Dictionary<string, string>()), cancellation)
            .ConfigureAwait(false);
        try
        {
            if (!ownCore)
                return new KernelForwarder(lab, settings.Mode, []);
            // A veth interface has queues that are polled only with GRO, and uses them only for what a sender without TSO sends.
            var before = ProcessThreads.Polling(IoNetwork.NodePort);
            var ready = await RunAsync(lab.Namespace(IoNetwork.Pod), $"ethtool -K {IoNetwork.Out} tso off", cancellation).ConfigureAwait(false)
                && await RunAsync(
                    lab.Namespace(IoNetwork.Node),
                    $"ethtool -K {IoNetwork.NodePort} gro on && echo 1 >/sys/class/net/{IoNetwork.NodePort}/threaded",
                    cancellation).ConfigureAwait(false);
            var pollers = ProcessThreads.Polling(IoNetwork.NodePort).Except(before).ToArray();
            Array.ForEach(pollers, ProcessThreads.RankAlike);
            if (ready && pollers.Length > 0 && pollers.All(thread => ProcessThreads.Pin(thread, settings.RouterCore)))
                return new KernelForwarder(lab, settings.Mode, pollers);
            await lab.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch
        {
            await lab.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether the kernel can encapsulate so.</summary>
    /// <returns>Why not, or null if it can.</returns>
    public static async Task<string?> RefusalAsync(IoMode mode, CancellationToken cancellation)
    {
        if (mode == IoMode.Plain)
            return null;
        var lab = await IoLab.BuildAsync("probe", folder => (IoNetwork.WithoutForwarder(folder), new Dictionary<string, string>()), cancellation).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            string[] kind = mode == IoMode.Ipip ? ["ipip", "remote", "192.0.2.2"] : ["vxlan", "id", "1", "dstport", "4789"];
            var result = await HostCommand.RunAsync(
                "ip", ["-n", lab.Namespace(IoNetwork.Node), "link", "add", "probe0", "type", .. kind], cancellation: cancellation).ConfigureAwait(false);
            return result.ExitCode == 0 ? null : $"this kernel has no {kind[0]} device ({result.Errors.Trim()})";
        }
    }

    /// <inheritdoc/>
    public long? ProcessorTime() => pollers.Length == 0 ? null : pollers.Sum(thread => ProcessThreads.ProcessorTime(thread, [thread]));

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> DropsAsync(CancellationToken cancellation) => Task.FromResult(NotTold);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    private static async Task<bool> RunAsync(string space, string script, CancellationToken cancellation) =>
        (await HostCommand.RunAsync("ip", ["netns", "exec", space, "sh", "-c", script], cancellation: cancellation).ConfigureAwait(false)).ExitCode == 0;
}
