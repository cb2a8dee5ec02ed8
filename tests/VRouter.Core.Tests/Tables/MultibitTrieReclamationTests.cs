using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tables;

/// <summary>What a reader in the middle of a lookup holds on to, and when the writer may use it again.</summary>
public sealed class MultibitTrieReclamationTests
{
    private const uint Block = 0x0a000000 >> 14;

    // The same check sees a reclamation that is broken on purpose: it would fail if the trie did not wait.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Updates_ReaderInsideAChunk_LeaveItAloneUnlessReclamationIsBroken(bool broken)
    {
        var quiescence = broken ? new HastyQuiescence() : new Quiescence();
        using var reader = quiescence.Register();
        var trie = TrieWithPrefixes(quiescence);
        var memory = trie.Memory;
        var unit = TrieWord.UnitOf(memory.RootAt(Block));
        var units = TrieChunk.UnitsOf(memory.At(unit, 1)[0], wide: false);
        var held = memory.At(unit, units).ToArray();

        Churn(trie, 200);

        Assert.Same(memory, trie.Memory);
        Assert.Equal(!broken, memory.At(unit, units).SequenceEqual(held));
    }

    [Fact]
    public void Updates_ReaderReports_ChunksAreUsedAgain()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        var trie = TrieWithPrefixes(quiescence);

        Churn(trie, 200);
        Assert.Equal(0, trie.Space.Reused);
        Assert.NotEqual(0, trie.Space.Retired);

        reader.Report();
        Churn(trie, 200);
        Assert.NotEqual(0, trie.Space.Reused);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Updates_Endless_KeepTheMemoryBounded(int reporting)
    {
        // No quiescence at all; a reader that reports; a reader that never does.
        var quiescence = reporting == 0 ? null : new Quiescence();
        using var reader = quiescence?.Register();
        var trie = TrieWithPrefixes(quiescence);
        for (var round = 0; round < 300; round++)
        {
            Churn(trie, 200);
            if (reporting == 1)
                reader!.Report();
        }

        Assert.InRange(trie.ReaderBytes, 0, 2 << 20);
    }

    [Fact]
    public void Remove_AllRoutes_LeavesNothingLive()
    {
        var trie = new MultibitTrie(new Quiescence());
        var random = new Random(3);
        var prefixes = Enumerable.Range(0, 5000)
            .Select(_ => new IPv4Prefix(new IPv4Address(0x0a000000u | (uint)random.Next(1 << 20)), random.Next(6, 33)))
            .Distinct()
            .ToArray();
        foreach (var prefix in prefixes)
            trie.Set(prefix, random.Next(1, 60));
        Assert.All(prefixes, prefix => Assert.True(trie.Remove(prefix)));

        // What stays are the chunks of one value, two units each.
        Assert.InRange(trie.Space.LiveUnits, 0, 60 * 2);
        Assert.Equal(0, trie.Count);
    }

    private static MultibitTrie TrieWithPrefixes(Quiescence? quiescence)
    {
        var trie = new MultibitTrie(quiescence, units: 1 << 14);
        for (var slot = 0; slot < 64; slot += 2)
            trie.Set(new IPv4Prefix(new IPv4Address(0x0a000000u | (uint)(slot << 8)), 24), slot + 1);
        return trie;
    }

    private static void Churn(MultibitTrie trie, int updates)
    {
        for (var i = 0; i < updates; i++)
            trie.Set(IPv4Prefix.Parse("10.0.2.0/24"), 2000 + (i % 2));
    }

    private sealed class HastyQuiescence : Quiescence
    {
        public override bool HasPassed(long mark) => true;
    }
}
