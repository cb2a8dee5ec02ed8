using System.Text.Json;
using VRouter.Host.Bench;
using VRouter.Host.Bench.Engine;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Bench;

/// <summary>The gate of perf/gates.json: what the data path may ask of the garbage collector.</summary>
public sealed class AllocationTests
{
    public static TheoryData<ForwardingPath, long> Gates
    {
        get
        {
            var data = new TheoryData<ForwardingPath, long>();
            using var document = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.PathOf("perf", "gates.json")));
            foreach (var gate in document.RootElement.GetProperty("allocatedBytesPerFrame").EnumerateObject())
                data.Add(Enum.Parse<ForwardingPath>(gate.Name), gate.Value.GetInt64());
            return data;
        }
    }

    [Fact]
    public void Gates_NameEveryPath() => Assert.Equal(Enum.GetValues<ForwardingPath>(), Gates.Select(row => (ForwardingPath)row[0]).Order());

    [Theory]
    [MemberData(nameof(Gates))]
    public void Forward_ManyVectors_AllocatesNoMoreThanItsGate(ForwardingPath path, long bytesPerFrame)
    {
        const int Vectors = 500;
        const int VectorSize = EngineScenario.MostFrames;
        using var scenario = new EngineScenario(new EngineWorkload { Path = path, Routes = GeneratedRoutes.OfInternetShape(10_000), Destinations = 20_000 });
        // The runtime itself may allocate once while it compiles a method anew; what a frame costs comes back in every round.
        Assert.Equal(bytesPerFrame * Vectors * VectorSize, Enumerable.Range(0, 3).Min(_ => AllocatedByRound()));

        long AllocatedByRound()
        {
            var sent = scenario.Transmitter.Frames;
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Vectors; i++)
                scenario.Forward();
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(Vectors * VectorSize, scenario.Transmitter.Frames - sent);
            return allocated;
        }
    }
}
