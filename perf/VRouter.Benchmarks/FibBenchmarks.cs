using BenchmarkDotNet.Attributes;
using VRouter.Core.Tables;
using VRouter.Host.Bench;

namespace VRouter.Benchmarks;

/// <summary>Nanoseconds for each lookup: batches of 256 random addresses within the prefixes of a table of the Internet's shape.</summary>
[MemoryDiagnoser]
public class FibBenchmarks
{
    private const int BatchSize = 256;
    private const int Batches = 4096;
    private readonly int[] results = new int[BatchSize];
    private MultibitTrie fib = null!;
    private uint[] addresses = null!;
    private int nextBatch;

    [Params(1_000, 100_000, 900_000, 2_000_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        var routes = GeneratedRoutes.OfInternetShape(Routes);
        fib = MultibitTrie.Build(routes);
        addresses = new uint[BatchSize * Batches];
        for (var i = 0; i < addresses.Length; i++)
        {
            var prefix = routes[random.Next(routes.Count)].Key;
            addresses[i] = prefix.Network.Value + (uint)random.NextInt64(~prefix.Mask + 1L);
        }
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public int Lookup()
    {
        fib.Lookup(addresses.AsSpan(nextBatch * BatchSize, BatchSize), results);
        nextBatch = (nextBatch + 1) % Batches;
        return results[0];
    }
}
