using BenchmarkDotNet.Attributes;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Benchmarks;

/// <summary>Nanoseconds for each lookup: batches of 256 random addresses within the prefixes of a generated table.</summary>
[MemoryDiagnoser]
public class FibBenchmarks
{
    private const int BatchSize = 256;
    private const int Batches = 4096;
    private readonly int[] results = new int[BatchSize];
    private MultibitTrie fib = null!;
    private uint[] addresses = null!;
    private int nextBatch;

    [Params(1_000, 100_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        fib = new MultibitTrie();
        var prefixes = new List<IPv4Prefix>();
        while (fib.Count < Routes)
        {
            // Most prefixes of a real table are /24, the rest mostly between /16 and /23.
            var length = random.Next(10) < 6 ? 24 : random.Next(16, 24);
            var prefix = new IPv4Prefix(new IPv4Address((uint)random.NextInt64(0x01000000, 0xe0000000)), length);
            fib.Set(prefix, random.Next(1, 65));
            prefixes.Add(prefix);
        }

        addresses = new uint[BatchSize * Batches];
        for (var i = 0; i < addresses.Length; i++)
        {
            var prefix = prefixes[random.Next(prefixes.Count)];
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
