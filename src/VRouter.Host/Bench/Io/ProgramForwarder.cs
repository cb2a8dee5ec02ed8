using VRouter.Host.Lab;
using VRouter.Io.Linux;

namespace VRouter.Host.Bench.Io;

/// <summary>
/// A program of somebody's, run as <c>PROGRAM IN OUT NEXT-HOP-MAC</c> in the node's namespace on the router's core. The kernel drops behind it what comes in, as it does behind vRouter.
/// </summary>
internal sealed class ProgramForwarder : IForwarder
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromMilliseconds(300);
    private static readonly IReadOnlyDictionary<string, long> NotTold = new Dictionary<string, long>();
    private readonly int process;
    private readonly int[] threads;

    private ProgramForwarder(IoLab lab, string name, int process, int[] threads)
    {
        Lab = lab;
        Name = name;
        this.process = process;
        this.threads = threads;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Remark => "passes frames on as they are: no routing, no encapsulation";

    /// <inheritdoc/>
    public IoLab Lab { get; }

    /// <inheritdoc/>
    public IoMode Mode => IoMode.Plain;

    /// <inheritdoc/>
    public bool Routes => false;

    /// <summary>Builds the lab and starts the program.</summary>
    /// <param name="program">The file.</param>
    /// <param name="number">Tells it from other programs of the run.</param>
    /// <param name="settings">The cores.</param>
    /// <param name="cancellation">Stops and takes away what was built.</param>
    /// <exception cref="LabException">It does not run.</exception>
    public static async Task<ProgramForwarder> StartAsync(string program, int number, IoSettings settings, CancellationToken cancellation)
    {
        var lab = await IoLab.BuildAsync($"program-{number}", folder => (IoNetwork.WithoutForwarder(folder), new Dictionary<string, string>()), cancellation)
            .ConfigureAwait(false);
        try
        {
            var hide = $"table netdev bench {{\n chain in {{\n type filter hook ingress device {IoNetwork.NodePort} priority 0;\n counter drop\n }}\n}}\n";
            var result = await HostCommand.RunAsync("ip", ["netns", "exec", lab.Namespace(IoNetwork.Node), "nft", "-f", "-"], hide, cancellation).ConfigureAwait(false);
            if (result.ExitCode != 0)
                throw new LabException($"nft: {result.Errors.Trim()}");
            var process = lab.Start(IoNetwork.Node, program, IoNetwork.NodePort, IoNetwork.Out, IoNetwork.FarMac.ToString());
            await Task.Delay(TimeToStart, cancellation).ConfigureAwait(false);
            var threads = ProcessThreads.Of(process);
            if (threads.Length == 0 || !threads.All(thread => ProcessThreads.Pin(thread, settings.RouterCore)))
                throw new LabException($"{program} does not run: {lab.OutputOf(IoNetwork.Node)}");
            return new ProgramForwarder(lab, Path.GetFileName(program), process, threads);
        }
        catch
        {
            await lab.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Take(bool turn) => Libc.kill(process, turn ? Libc.SIGCONT : Libc.SIGSTOP);

    /// <inheritdoc/>
    public long? ProcessorTime() => ProcessThreads.ProcessorTime(process, threads);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> DropsAsync(CancellationToken cancellation) => Task.FromResult(NotTold);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Take(turn: true); // a stopped process does not end when it is asked to
        return Lab.DisposeAsync();
    }
}
