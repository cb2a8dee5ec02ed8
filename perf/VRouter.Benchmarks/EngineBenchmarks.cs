using BenchmarkDotNet.Attributes;
using VRouter.Benchmarks.Scenarios;

namespace VRouter.Benchmarks;

/// <summary>
/// Nanoseconds for each 64-byte frame, in memory, one core, vectors of 256. <see cref="Generate"/> is what making and freeing the frames costs: subtract it.
/// </summary>
[MemoryDiagnoser]
public class EngineBenchmarks : IDisposable
{
    private const int VectorSize = 256;
    private EngineScenario? scenario;

    [ParamsAllValues]
    public ForwardingPath Path { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        scenario = new EngineScenario(Path);
        scenario.Forward(VectorSize);
        var before = scenario.Transmitter.Frames;
        scenario.Forward(VectorSize);
        if (scenario.Transmitter.Frames - before != VectorSize)
            throw new InvalidOperationException($"{Path}: not every frame was forwarded; the benchmark would not measure what it names.");
    }

    [GlobalCleanup]
    public void Dispose() => scenario?.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = VectorSize)]
    public void Generate() => scenario!.GenerateOnly(VectorSize);

    [Benchmark(OperationsPerInvoke = VectorSize)]
    public void Forward() => scenario!.Forward(VectorSize);
}
