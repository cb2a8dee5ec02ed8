using VRouter.Host.Lab;

namespace VRouter.Host.Bench.Io;

/// <summary>A lab of the benchmark: built under a name of its own, and taken away when it is disposed of.</summary>
internal sealed class IoLab : IAsyncDisposable
{
    private const string NamePrefix = "bench-io-";
    private readonly LabState state;

    private IoLab(LabState state) => this.state = state;

    /// <summary>The folder with the routers' control sockets.</summary>
    private string Folder => LabStore.Host.FolderOf(state.Name);

    /// <summary>
    /// Keeps out other runs, which would falsify each other, and takes away what a killed run has left.
    /// </summary>
    /// <returns>To be disposed of at the end.</returns>
    /// <exception cref="LabException">Another run is under way, or the host refuses.</exception>
    public static async Task<IDisposable> BeginAsync()
    {
        LabPrivileges.Demand();
        IDisposable alone;
        try
        {
            alone = LabStore.Host.Lock("bench-io");
        }
        catch (LabException e)
        {
            throw new LabException($"another 'vrouter bench io' is under way, and two would falsify each other ({e.Message})", e);
        }

        try
        {
            foreach (var stale in LabStore.Host.List().Where(lab => lab.Name.StartsWith(NamePrefix, StringComparison.Ordinal)).ToList())
                await LabEnding.EndAsync(stale.Name, LabStore.Host).ConfigureAwait(false);
            return alone;
        }
        catch
        {
            alone.Dispose();
            throw;
        }
    }

    /// <summary>Builds a lab.</summary>
    /// <param name="name">What it is for; unique within the run.</param>
    /// <param name="network">Makes the topology and its files, given the lab's folder.</param>
    /// <param name="cancellation">Stops and takes away what was built.</param>
    /// <param name="routerArguments">Further arguments of each router's <c>vrouter run</c>.</param>
    /// <exception cref="LabException">The host refused; nothing is left.</exception>
    public static async Task<IoLab> BuildAsync(
        string name,
        Func<string, (Topology Topology, IReadOnlyDictionary<string, string> Files)> network,
        CancellationToken cancellation,
        params IReadOnlyList<string> routerArguments)
    {
        var full = NamePrefix + name;
        var (topology, files) = network(LabStore.Host.FolderOf(full));
        var options = new LabOptions { Name = full, Files = files, RouterArguments = _ => routerArguments };
        return new IoLab(await LabBuilder.BuildAsync(topology, options, LabStore.Host, cancellation).ConfigureAwait(false));
    }

    /// <summary>The network namespace of a place.</summary>
    public string Namespace(string place) => state.Prefix + place;

    /// <summary>The process of a node's router.</summary>
    public int RouterOf(string node) => state.Routers.First(router => router.Node == node).Pid!.Value;

    /// <summary>The control socket of a node's router.</summary>
    public string SocketOf(string node) => Path.Combine(Folder, node + ".sock");

    /// <summary>Starts a program in a place; it ends with the lab at the latest.</summary>
    /// <returns>Its process.</returns>
    public int Start(string place, params IReadOnlyList<string> command)
    {
        using var process = LabProcesses.Start(Namespace(place), Path.Combine(Folder, place + ".log"), state.Token, command);
        return process.Id;
    }

    /// <summary>What a program in a place has printed.</summary>
    public string OutputOf(string place) => File.Exists(Path.Combine(Folder, place + ".log")) ? File.ReadAllText(Path.Combine(Folder, place + ".log")).Trim() : "";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await LabEnding.EndAsync(state.Name, LabStore.Host).ConfigureAwait(false);
}
