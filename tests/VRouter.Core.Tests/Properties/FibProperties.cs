using VRouter.Core.Tables;
using VRouter.Core.Tests.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>The trie against the slow table, over any sequence of changes.</summary>
public sealed class FibProperties(ITestOutputHelper output) : PropertyTests(output)
{
    private const int Removed = -1;

    // One for all cases, since a new one costs a megabyte: every case takes its routes out again. After a failure nobody knows what is in it.
    private MultibitTrie fib = new();
    private bool isClean = true;

    /// <summary>A prefix gets an adjacency, or is removed.</summary>
    private sealed record Change(IPv4Prefix Prefix, int Adjacency);

    [Property(Cases = 200)]
    [Rfc("1812-4.2.1-cidr", "1812-4.2.3.4-prefixes", "1812-5.2.4.3-longest")]
    public void Lookup_AfterAnyChanges_AnswersAsTheSlowTable() => Check(
        random =>
        {
            // Addresses that share their beginnings, so that prefixes nest, cover and uncover one another.
            var bits = random.Next(33);
            var origin = (uint)random.NextInt64(1L << 32);
            return Enumerable.Range(0, random.Next(1, 40)).Select(_ => MakeChange(random, origin, bits)).ToArray();
        },
        changes => Shrinks.List(changes, ShrinkChange),
        Replay,
        changes => string.Join("\n", changes.Select(change =>
            change.Adjacency == Removed ? $"remove {change.Prefix}" : $"set {change.Prefix} to {change.Adjacency}")));

    private void Replay(Change[] changes)
    {
        if (!isClean)
            fib = new MultibitTrie();
        isClean = false;
        var naive = new NaiveFib();
        var probes = Probes(changes);
        foreach (var change in changes)
        {
            if (change.Adjacency == Removed)
            {
                Assert.Equal(naive.Remove(change.Prefix), fib.Remove(change.Prefix));
            }
            else
            {
                naive.Set(change.Prefix, change.Adjacency);
                fib.Set(change.Prefix, change.Adjacency);
            }

            Assert.Equal(naive.Count, fib.Count);
            AssertSame(naive, fib, Probes([change]));
        }

        AssertSame(naive, fib, probes);
        foreach (var change in changes)
            Assert.Equal(naive.Remove(change.Prefix), fib.Remove(change.Prefix));
        Assert.Equal(0, fib.Count);
        AssertSame(naive, fib, probes);
        isClean = true;
    }

    // One by one, and as a batch.
    private static void AssertSame(NaiveFib naive, MultibitTrie fib, uint[] probes)
    {
        var batch = new int[probes.Length];
        fib.Lookup(probes, batch);
        for (var i = 0; i < probes.Length; i++)
        {
            var expected = naive.Lookup(new IPv4Address(probes[i]));
            Assert.Equal(expected, fib.Lookup(new IPv4Address(probes[i])));
            Assert.Equal(expected, batch[i]);
        }
    }

    // The ends of each prefix, and what is right beside them.
    private static uint[] Probes(Change[] changes) =>
    [
        .. changes.SelectMany(change => new[]
        {
            change.Prefix.Network.Value, change.Prefix.Last.Value, change.Prefix.Network.Value - 1, change.Prefix.Last.Value + 1,
            change.Prefix.Network.Value + ((change.Prefix.Last.Value - change.Prefix.Network.Value) / 2),
        }),
    ];

    private static Change MakeChange(Random random, uint origin, int bits)
    {
        var mask = bits == 0 ? 0 : uint.MaxValue >> (32 - bits);
        var address = (origin & ~mask) | ((uint)random.NextInt64(1L << 32) & mask);
        var length = random.Next(20) == 0 ? random.Next(33) : random.Next(Math.Max(8, 31 - bits), 33);
        return new Change(new IPv4Prefix(new IPv4Address(address), length), random.Next(3) == 0 ? Removed : random.Next(1, 1 << 24));
    }

    private static IEnumerable<Change> ShrinkChange(Change change)
    {
        foreach (var length in Shrinks.Number(change.Prefix.Length))
            yield return change with { Prefix = new IPv4Prefix(change.Prefix.Network, length) };
        foreach (var adjacency in Shrinks.Number(change.Adjacency, 1))
            yield return change with { Adjacency = adjacency };
    }
}
