using VRouter.Core.Graph;
using VRouter.Host.Daemon;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// Runs a router's inputs through the stages and through the fused path, singly and together, over memory that differs, and applies every check to what comes out.
/// </summary>
internal sealed class RouterChecks : IDisposable
{
    private const int FewSlots = 256;
    private const int ManySlots = 4096;
    private const int FewNeighbors = 256;
    private const int LargeFrames = 4;
    private const byte FillOfStages = 0xa5;
    private const byte FillOfFused = 0x5a;

    private readonly Dictionary<(int Slots, int Capacity, int Large), GuardedPool> pools = [];
    private readonly TableCache tables = new();
    private readonly PassTracer tracer = new();

    /// <summary>A defect on purpose, see <see cref="FuzzRouter.Defect"/>.</summary>
    public Action<int, byte[]>? Defect { get; init; }

    /// <summary>Neighbors answer ARP; else only what they sent counts.</summary>
    public bool AnswersArp { get; init; } = true;

    /// <summary>Room for neighbors; null: as the network says.</summary>
    public int? MostNeighbors { get; init; }

    /// <summary>Checks.</summary>
    /// <param name="network">The network at first.</param>
    /// <param name="inputs">What the router is told.</param>
    /// <param name="coverage">Told what happened; null: nobody is.</param>
    /// <param name="twice">Run the same twice too.</param>
    /// <returns>What came out.</returns>
    /// <exception cref="FindingException">A check failed.</exception>
    public RouterOutcome Run(FuzzNetwork network, IReadOnlyList<RouterInput> inputs, Coverage? coverage, bool twice)
    {
        var capacity = FrameBuffers.CapacityFor(network.Ports.Max(port => port.Mtu));
        FuzzNetwork[] networks = [network, .. inputs.Where(item => item.Network is not null).Select(item => item.Network!)];
        tables.Of(networks);
        PoolOf(FewSlots, capacity, inputs);
        coverage?.Prepared();
        var outcome = RunOnce(network, inputs, capacity, new RouterSetup { Fill = FillOfStages, Tracer = tracer }, coverage);
        CounterCheck.Check(outcome, network.Ports.Count);
        RouteCheck.Check(network, inputs, outcome);
        if (twice)
            Compare(Oracles.Determinism, "a second run", network, outcome, RunOnce(network, inputs, capacity, new RouterSetup { Tracer = tracer }, null));
        var fused = RunOnce(network, inputs, capacity, new RouterSetup { Fused = true, Fill = FillOfFused }, null);
        CounterCheck.Check(fused, network.Ports.Count);
        Compare(Oracles.Fused, "stages and fused path", network, outcome, fused);
        coverage?.Add(0x10000, (uint)BitsOf(fused.Counters.Stages[^1].Frames));
        if (!HasVectors(inputs))
            return outcome;
        var together = RunOnce(network, inputs, capacity, new RouterSetup { Together = true, Fill = FillOfFused }, null);
        CounterCheck.Check(together, network.Ports.Count);
        RouteCheck.Check(network, inputs, together);
        var both = RunOnce(network, inputs, capacity, new RouterSetup { Fused = true, Together = true, Fill = FillOfStages }, null);
        CounterCheck.Check(both, network.Ports.Count);
        RouteCheck.Check(network, inputs, both);
        if (IsOrderFree(inputs) && !WasLimited(together) && !WasLimited(both))
            OutcomeComparison.CompareSets(Oracles.Fused, "stages and fused path, frames together", together, both, networks);

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in pools.Values)
            pool.Dispose();
        tables.Dispose();
    }

    private static void Compare(string oracle, string names, FuzzNetwork network, RouterOutcome first, RouterOutcome second) =>
        OutcomeComparison.Compare(oracle, names, first, second, network.Ports.Count);

    private static int BitsOf(long count) => count == 0 ? 0 : 64 - long.LeadingZeroCount(count) is var bits ? (int)bits : 0;

    // ARP and ICMP errors change what the router knows, fragments what waits: then it matters which frame of a vector is treated first, and both orders are right.
    private static bool IsOrderFree(IReadOnlyList<RouterInput> inputs)
    {
        foreach (var input in inputs)
        {
            // Which of them stay whole depends on how many wait.
            if (input.Offload is not null)
                return false;
            if (input.Frame is not { Length: >= 14 } frame)
                continue;
            var layers = new FrameAnatomy(frame, 0).Layers;
            if (layers.Any(layer => layer.Kind == LayerKind.Arp || (layer.Kind == LayerKind.Icmp && frame[layer.At] is not (0 or 8))
                || (layer.Kind == LayerKind.IPv4 && (SlowWire.U16(frame, layer.At + 6) & 0x3fff) != 0)))
            {
                return false;
            }
        }

        return true;
    }

    // Which frames a limit meets depends on their order.
    private static bool WasLimited(RouterOutcome outcome) =>
        outcome.Counters.DropsOf(DropReason.IcmpRateLimited) + outcome.Counters.DropsOf(DropReason.NeighborQueueFull)
        + outcome.Counters.DropsOf(DropReason.NeighborTableFull) > 0;

    private static bool HasVectors(IReadOnlyList<RouterInput> inputs)
    {
        for (var index = 1; index < inputs.Count; index++)
        {
            var (before, after) = (inputs[index - 1], inputs[index]);
            if (before.Frame is not null && after.Frame is not null && before.Port == after.Port && before.Time == after.Time)
                return true;
        }

        return false;
    }

    private RouterOutcome RunOnce(FuzzNetwork network, IReadOnlyList<RouterInput> inputs, int capacity, RouterSetup setup, Coverage? coverage)
    {
        var outcome = RunIn(FewSlots, network, inputs, capacity, setup, coverage);
        // The daemon's router has more memory than is filled and checked each time; few cases need it.
        return outcome.Counters.DropsOf(DropReason.NoBuffer) == 0 && !outcome.IsStarved ? outcome : RunIn(ManySlots, network, inputs, capacity, setup, coverage);
    }

    private RouterOutcome RunIn(int slots, FuzzNetwork network, IReadOnlyList<RouterInput> inputs, int capacity, RouterSetup setup, Coverage? coverage)
    {
        var pool = PoolOf(slots, capacity, inputs);
        tracer.Coverage = coverage;
        setup = setup with { AnswersArp = AnswersArp };
        // So few frames cannot fill a table of this size, so that it makes no difference, and it costs less to make.
        setup = setup with { MostNeighbors = MostNeighbors ?? network.MostNeighbors ?? (inputs.Count <= EngineCase.MostEvents ? FewNeighbors : null) };
        try
        {
            FuzzNetwork[] networks = [network, .. inputs.Where(item => item.Network is not null).Select(item => item.Network!)];
            return new FuzzRouter(network, tables.Of(networks), pool, setup) { Defect = Defect }.Run(inputs);
        }
        catch
        {
            // Frames may be out, and memory overwritten.
            pools.Remove((slots, capacity, LargeFor(inputs)));
            pool.Dispose();
            throw;
        }
    }

    // Filling them costs more than most cases.
    private static int LargeFor(IReadOnlyList<RouterInput> inputs) => inputs.Any(input => input.Offload is not null) ? LargeFrames : 0;

    private GuardedPool PoolOf(int slots, int capacity, IReadOnlyList<RouterInput> inputs)
    {
        var key = (slots, capacity, LargeFor(inputs));
        if (!pools.TryGetValue(key, out var pool))
            pools.Add(key, pool = new GuardedPool(slots, capacity, key.Item3));
        return pool;
    }
}
