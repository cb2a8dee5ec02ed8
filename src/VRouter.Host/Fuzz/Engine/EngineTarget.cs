using VRouter.Core.Graph;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>The forwarding engine: inputs are cases, see <see cref="EngineCase"/>.</summary>
internal sealed class EngineTarget : IFuzzTarget, IDisposable
{
    private const int DeterminismInterval = 8;

    private readonly NetworkCache cache = new();
    private readonly FuzzNetwork? given;
    private readonly string givenText = "";
    private readonly RouterChecks checks;
    private readonly CaseMutator mutator;
    private IReadOnlyList<byte[]>? seeds;

    /// <summary>The engine in generated networks.</summary>
    /// <param name="defect">A defect on purpose, see <see cref="FuzzRouter.Defect"/>.</param>
    public EngineTarget(Action<int, byte[]>? defect = null)
        : this(null, defect)
    {
    }

    /// <summary>The engine in a given network, which does not change.</summary>
    /// <param name="network">The network.</param>
    /// <param name="paths">Where its configuration is, for the command that reproduces a find.</param>
    public EngineTarget(FuzzNetwork network, IReadOnlyList<string> paths)
        : this(network, defect: null) => givenText = $" -f {string.Join(" -f ", paths)} --node {network.View.Node.Name}";

    private EngineTarget(FuzzNetwork? network, Action<int, byte[]>? defect)
    {
        given = network;
        checks = new RouterChecks { Defect = defect };
        mutator = new CaseMutator(NetworkOf, changesNetwork: network is null);
    }

    /// <inheritdoc/>
    public string Name => "engine";

    /// <inheritdoc/>
    public string Arguments => $"--target {Name}{givenText}";

    /// <inheritdoc/>
    public string Extension => "case";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds => seeds ??= [.. EngineSeeds.Of(NetworkOf, isGenerated: given is null).Select(one => one.Write())];

    /// <inheritdoc/>
    public long Frames { get; private set; }

    /// <inheritdoc/>
    public void Run(byte[] input, Coverage coverage)
    {
        var (network, inputs) = Read(input);
        Frames += inputs.Count(item => item.Frame is not null);
        var outcome = checks.Run(network, inputs, coverage, twice: Fold(input) % DeterminismInterval == 0);
        foreach (var reason in DropReasons.All)
        {
            if (outcome.Counters.DropsOf(reason) > 0)
                coverage.Add(0x20000, (uint)reason);
        }

        foreach (var frame in outcome.Sent)
        {
            coverage.Add(0x30000, (uint)network.Ports[frame.Port].Role);
            mutator.Remember(frame.Bytes);
        }
    }

    /// <inheritdoc/>
    public byte[] Mutate(byte[] input, byte[] other, FuzzRandom random) => mutator.Mutate(EngineCase.Read(input), EngineCase.Read(other), random).Write();

    /// <inheritdoc/>
    public IEnumerable<byte[]> Simplify(byte[] input) => CaseSimplifier.Simplify(EngineCase.Read(input)).Select(simpler => simpler.Write());

    /// <inheritdoc/>
    public string Export(byte[] input, string folder)
    {
        var (network, inputs) = Read(input);
        var capture = Path.Combine(folder, "in.pcapng");
        using (var writer = CaptureWriter.Create(capture))
        {
            foreach (var port in network.Ports)
                writer.AddInterface(port.Name, port.Role.ToString());
            foreach (var item in inputs.Where(item => item.Frame is not null))
                writer.Write(item.Port, item.Time, item.Frame!);
        }

        var configuration = givenText;
        if (network.Text is { } text)
        {
            var file = Path.Combine(folder, "config.yaml");
            File.WriteAllText(file, text);
            configuration = $" -f {file} --node {network.View.Node.Name}";
        }

        if (network.MostNeighbors is null && !inputs.Any(item => item.Network is not null || item.Offload is not null))
            return $"vrouter replay {capture}{configuration} --check";
        // A capture tells nothing of changes, of super-frames, and of the router's options.
        var recording = Path.Combine(folder, "recording.pcapng");
        CaseRecording.Write(recording, network, inputs);
        return $"vrouter replay {recording} --check";
    }

    /// <inheritdoc/>
    public void Dispose() => checks.Dispose();

    private (FuzzNetwork Network, List<RouterInput> Inputs) Read(byte[] input)
    {
        var one = EngineCase.Read(input);
        var network = NetworkOf(one.Shape);
        return (network, RouterInput.Of(one.Events, network, given is null ? cache.Of : null));
    }

    private FuzzNetwork NetworkOf(NetworkShape shape) => given ?? cache.Of(shape);

    private static uint Fold(byte[] input)
    {
        var hash = 0x811c_9dc5;
        foreach (var value in input)
            hash = (hash ^ value) * 0x0100_0193;
        return hash >> 8;
    }
}
