using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Bench;
using VRouter.TestKit;

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
    [Rfc("1812-4.2.1-cidr", "1812-4.2.3.4-prefixes", "1812-5.2.4.3-longest")]
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
        var naive = new NaiveFib();
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
                naive.Set(prefix, adjacency);
                fib.Set(prefix, adjacency);
                known.Add(prefix);
            }

            var probe = new IPv4Address(0x0a000000u | (uint)random.Next(1 << 18));
            Assert.Equal(naive.Lookup(probe), fib.Lookup(probe));
            Assert.Equal(naive.Lookup(prefix.Network), fib.Lookup(prefix.Network));
            Assert.Equal(naive.Lookup(prefix.Last), fib.Lookup(prefix.Last));
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

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.20.64.0/18")]
    [InlineData("10.20.64.0/19")]
    [InlineData("10.20.65.0/24")]
    [InlineData("10.20.65.128/25")]
    [InlineData("10.20.65.132/30")]
    [InlineData("10.20.65.134/31")]
    [InlineData("10.20.65.135/32")]
    public void Lookup_OneRoute_MatchesItsRangeExactly(string text)
    {
        var prefix = IPv4Prefix.Parse(text);
        foreach (var adjacency in (int[])[1, 0xffff, 0x1_0000, 0xff_ffff])
        {
            var fib = new MultibitTrie();
            fib.Set(prefix, adjacency);

            Assert.Equal(adjacency, fib.Lookup(prefix.Network));
            Assert.Equal(adjacency, fib.Lookup(prefix.Last));
            if (prefix.Length > 0)
            {
                Assert.Equal(IFib.NoRoute, fib.Lookup(new IPv4Address(prefix.Network.Value - 1)));
                Assert.Equal(IFib.NoRoute, fib.Lookup(new IPv4Address(prefix.Last.Value + 1)));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(255)]
    public void Lookup_AnyBatchSize_FillsThatManyResults(int count)
    {
        var fib = new MultibitTrie();
        fib.Set(IPv4Prefix.Parse("10.0.0.0/9"), 7);
        fib.Set(IPv4Prefix.Parse("10.0.0.4/30"), 8);
        var addresses = Enumerable.Range(0, count).Select(i => 0x0a000000u + (uint)i).ToArray();
        var results = Enumerable.Repeat(-1, count + 1).ToArray();

        fib.Lookup(addresses, results);

        Assert.Equal(addresses.Select(address => address is >= 0x0a000004 and < 0x0a000008 ? 8 : 7).Append(-1), results);
    }

    [Fact]
    public void Lookup_ResultsTooShort_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultibitTrie().Lookup(new uint[2], new int[1]));
    }

    [Fact]
    public void Build_RandomRoutes_EqualsOneByOne()
    {
        var random = new Random(8);
        var routes = Enumerable.Range(0, 10_000)
            .Select(_ => KeyValuePair.Create(new IPv4Prefix(new IPv4Address(0x0a000000u | (uint)random.Next(1 << 22)), random.Next(9, 33)), random.Next(1, 1 << 17)))
            .ToArray();
        var single = new MultibitTrie();
        var naive = new NaiveFib();
        foreach (var (prefix, adjacency) in routes)
        {
            single.Set(prefix, adjacency);
            naive.Set(prefix, adjacency);
        }

        var built = MultibitTrie.Build(routes);

        Assert.Equal(single.Count, built.Count);
        for (var i = 0; i < 50_000; i++)
        {
            var probe = new IPv4Address(0x0a000000u | (uint)random.Next(1 << 23));
            var expected = naive.Lookup(probe);
            Assert.Equal(expected, built.Lookup(probe));
            Assert.Equal(expected, single.Lookup(probe));
        }
    }

    [Fact]
    public void Build_FewRoutesOfEachLength_AnswersAsTheNaiveTableAlsoAfterChanges()
    {
        var random = new Random(10);
        for (var round = 0; round < 100; round++)
        {
            var naive = new NaiveFib();
            var routes = Enumerable.Range(0, 1 + random.Next(12))
                .Select(_ => KeyValuePair.Create(new IPv4Prefix(new IPv4Address((uint)random.NextInt64(1L << 32)), random.Next(33)), random.Next(1, 1 << 17)))
                .DistinctBy(route => route.Key)
                .ToList();
            var built = MultibitTrie.Build(routes);
            routes.ForEach(route => naive.Set(route.Key, route.Value));
            Compare();
            foreach (var (prefix, _) in routes.Take(routes.Count / 2))
            {
                built.Remove(prefix);
                naive.Remove(prefix);
            }

            Compare();

            void Compare()
            {
                foreach (var prefix in routes.Select(route => route.Key))
                {
                    foreach (var edge in (uint[])[prefix.Network.Value - 1, prefix.Network.Value, prefix.Last.Value, prefix.Last.Value + 1, (uint)random.NextInt64(1L << 32)])
                        Assert.Equal(naive.Lookup(new IPv4Address(edge)), built.Lookup(new IPv4Address(edge)));
                }
            }
        }
    }

    [Fact]
    public void Build_TwoMillionRoutes_AnswersAsTheNaiveTableAndStaysInBounds()
    {
        var routes = GeneratedRoutes.OfInternetShape(2_000_000, nextHops: 50_000);
        var fib = MultibitTrie.Build(routes);
        var naive = new NaiveFib();
        foreach (var (prefix, adjacency) in routes)
            naive.Set(prefix, adjacency);

        Assert.Equal(2_000_000, fib.Count);
        Assert.InRange(fib.ReaderBytes, 0, 40 << 20);
        var random = new Random(9);
        for (var i = 0; i < 100_000; i++)
        {
            var probe = new IPv4Address((uint)random.NextInt64(1L << 32));
            Assert.Equal(naive.Lookup(probe), fib.Lookup(probe));
            var inside = routes[random.Next(routes.Count)].Key.Network;
            Assert.Equal(naive.Lookup(inside), fib.Lookup(inside));
        }
    }

    [Fact]
    public void Set_EveryHostOfASixteen_FindsEach()
    {
        var fib = MultibitTrie.Build(Enumerable.Range(0, 1 << 16).Select(host =>
            KeyValuePair.Create(IPv4Prefix.Host(new IPv4Address(0x0a010000u + (uint)host)), host + 1)));

        for (var host = 0; host < 1 << 16; host++)
            Assert.Equal(host + 1, fib.Lookup(new IPv4Address(0x0a010000u + (uint)host)));
        Assert.Equal(IFib.NoRoute, fib.Lookup(new IPv4Address(0x0a020000u)));
        Assert.InRange(fib.ReaderBytes, 0, 4 << 20);
    }
}
