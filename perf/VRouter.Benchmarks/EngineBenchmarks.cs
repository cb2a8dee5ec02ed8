using BenchmarkDotNet.Attributes;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Engine;

namespace VRouter.Benchmarks;

/// <summary>
/// Nanoseconds for each 64-byte frame, in memory, one core, vectors of 256. <see cref="Generate"/> is what making and freeing the frames costs: subtract it.
/// </summary>
[MemoryDiagnoser]
public class EngineBenchmarks : IDisposable
{
    private const int FramesAtOnce = EngineScenario.MostFrames;
    private const int Routes = 901_899;
    private EngineScenario? scenario;

    [ParamsAllValues]
    public ForwardingPath Path { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var workload = new EngineWorkload { Path = Path };
        if (Path == ForwardingPath.PlainFullTable)
            workload = workload with { Routes = GeneratedRoutes.OfInternetShape(Routes, workload.Peers) };
        scenario = new EngineScenario(workload);
        scenario.Forward();
        var before = scenario.Transmitter.Frames;
        scenario.Forward();
        if (scenario.Transmitter.Frames - before != FramesAtOnce)
            throw new InvalidOperationException($"{Path}: not every frame was forwarded; the benchmark would not measure what it names.");
    }

    [GlobalCleanup]
    public void Dispose() => scenario?.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = FramesAtOnce)]
    public void Generate() => scenario!.GenerateOnly();

    [Benchmark(OperationsPerInvoke = FramesAtOnce)]
    public long Forward() => scenario!.Forward();
}
