using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tables;

public sealed class MultibitTrieTests
{
    [Fact]
    public void Lookup_Empty_IsNoRoute()
    {
        var fib = new MultibitTrie();

        Assert.Equal(IFib.NoRoute, fib.Lookup(IPv4Address.Parse("10.0.0.1")));
        Assert.Equal(0, fib.Count);
    }

    [Fact]
    public void Lookup_AllLengthsOfOneAddress_FindsTheLongest()
    {
        var fib = new MultibitTrie();
        var address = IPv4Address.Parse("10.170.85.171");
        for (var length = 0; length <= 32; length++)
        {
            fib.Set(new IPv4Prefix(address, length), length + 1);
            Assert.Equal(length + 1, fib.Lookup(address));
        }

        for (var length = 32; length >= 0; length--)
        {
            Assert.Equal(length + 1, fib.Lookup(address));
            Assert.True(fib.Remove(new IPv4Prefix(address, length)));
        }

        Assert.Equal(IFib.NoRoute, fib.Lookup(address));
    }

    [Fact]
    public void Remove_Absent_ReturnsFalse()
    {
        var fib = new MultibitTrie();
        fib.Set(IPv4Prefix.Parse("10.0.0.0/8"), 1);

        Assert.False(fib.Remove(IPv4Prefix.Parse("10.0.0.0/9")));
        Assert.Equal(1, fib.Lookup(IPv4Address.Parse("10.1.1.1")));
    }

    [Fact]
    public void Set_AdjacencyBeyond24Bits_Throws()
    {
        var fib = new MultibitTrie();

        Assert.Throws<ArgumentOutOfRangeException>(() => fib.Set(IPv4Prefix.Default, 1 << 24));
        Assert.Throws<ArgumentOutOfRangeException>(() => fib.Set(IPv4Prefix.Default, -1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomUpdates_NestedPrefixes_AgreeWithTheNaiveTable(int seed)
    {
        var random = new Random(seed);
        var fib = new MultibitTrie();
        var naive = new Dictionary<IPv4Prefix, int>();
        var known = new List<IPv4Prefix>();
        for (var step = 0; step < 3000; step++)
        {
            // A narrow range, so that prefixes nest and collide.
            var prefix = known.Count > 0 && random.Next(3) == 0
                ? known[random.Next(known.Count)]
                : new IPv4Prefix(new IPv4Address(0x0a000000u | (uint)random.Next(1 << 18)), random.Next(8, 33));
            if (random.Next(3) == 0)
            {
                Assert.Equal(naive.Remove(prefix), fib.Remove(prefix));
            }
            else
            {
                var adjacency = random.Next(1, 1 << 20);
                naive[prefix] = adjacency;
                fib.Set(prefix, adjacency);
                known.Add(prefix);
            }

            var probe = new IPv4Address(0x0a000000u | (uint)random.Next(1 << 18));
            Assert.Equal(NaiveLookup(naive, probe), fib.Lookup(probe));
            Assert.Equal(NaiveLookup(naive, prefix.Network), fib.Lookup(prefix.Network));
            Assert.Equal(NaiveLookup(naive, prefix.Last), fib.Lookup(prefix.Last));
        }

        Assert.Equal(naive.Count, fib.Count);
    }

    [Fact]
    public void Lookup_Batch_EqualsSingleLookups()
    {
        var random = new Random(4);
        var fib = new MultibitTrie();
        for (var i = 0; i < 500; i++)
            fib.Set(new IPv4Prefix(new IPv4Address((uint)random.NextInt64(1L << 32)), random.Next(33)), i + 1);
        var addresses = Enumerable.Range(0, 256).Select(_ => (uint)random.NextInt64(1L << 32)).ToArray();
        var results = new int[256];

        fib.Lookup(addresses, results);

        Assert.Equal(addresses.Select(address => fib.Lookup(new IPv4Address(address))), results);
    }

    [Fact]
    public void Lookup_BesideUpdates_SeesOnlyRoutesThatExisted()
    {
        // The covering route is always there, and the longer one comes and goes: a reader sees one of the two, never a miss.
        var fib = new MultibitTrie();
        fib.Set(IPv4Prefix.Parse("10.0.0.0/8"), 1);
        var longer = IPv4Prefix.Parse("10.1.2.128/25");
        var stop = false;
        var wrong = 0L;
        var looked = 0L;
        var reader = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                var found = fib.Lookup(new IPv4Address(10, 1, 2, 129));
                looked++;
                if (found is not (1 or 2))
                    wrong++;
            }
        });
        reader.Start();
        for (var i = 0; i < 20_000; i++)
        {
            fib.Set(longer, 2);
            fib.Set(new IPv4Prefix(new IPv4Address(10, 1, (byte)i, 0), 26), 3);
            fib.Remove(longer);
        }

        Volatile.Write(ref stop, true);
        reader.Join();
        Assert.Equal(0, wrong);
        Assert.True(looked > 0);
    }

    private static int NaiveLookup(Dictionary<IPv4Prefix, int> table, IPv4Address address)
    {
        for (var length = 32; length >= 0; length--)
        {
            if (table.TryGetValue(new IPv4Prefix(address, length), out var adjacency))
                return adjacency;
        }

        return IFib.NoRoute;
    }
}
