using VRouter.Core.Tables;

namespace VRouter.Core.Tests.Tables;

public sealed class ChunkSpaceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TryTake_RandomSizes_NeverOverlapNorCrossALineNeedlessly(int seed)
    {
        var random = new Random(seed);
        var space = new ChunkSpace(4096, new Quiescence());
        var taken = new List<(uint Unit, int Units)>();
        var owners = new int[4096];
        for (var step = 1; step <= 20_000; step++)
        {
            if (taken.Count > 0 && random.Next(2) == 0)
            {
                var index = random.Next(taken.Count);
                var (unit, units) = taken[index];
                taken.RemoveAt(index);
                Array.Clear(owners, (int)unit, units);
                space.Retire(0, unit, units);
                space.Reclaim();
            }
            else
            {
                var units = random.Next(2, TrieChunk.MaxUnits + 1);
                if (!space.TryTake(units, out var unit))
                    continue;
                Assert.Equal(units <= 8 ? unit / 8 : 0, units <= 8 ? (unit + (uint)units - 1) / 8 : unit % 8);
                Assert.All(owners.AsSpan((int)unit, units).ToArray(), owner => Assert.Equal(0, owner));
                owners.AsSpan((int)unit, units).Fill(step);
                taken.Add((unit, units));
            }
        }

        Assert.Equal(taken.Sum(chunk => chunk.Units), space.LiveUnits);
        Assert.True(space.Reused > 0);
    }

    [Fact]
    public void Reclaim_ReaderHasNotReported_KeepsTheChunk()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        var space = new ChunkSpace(8, quiescence);
        Assert.True(space.TryTake(8, out var unit));
        space.Retire(quiescence.Mark(), unit, 8);

        space.Reclaim();
        Assert.False(space.TryTake(8, out _));

        reader.Report();
        space.Reclaim();
        Assert.True(space.TryTake(8, out var again));
        Assert.Equal(unit, again);
    }

    [Fact]
    public void Retire_NoQuiescence_NeverGivesTheChunkOutAgain()
    {
        var space = new ChunkSpace(8, quiescence: null);
        Assert.True(space.TryTake(8, out var unit));
        space.Retire(0, unit, 8);

        space.Reclaim();

        Assert.False(space.TryTake(8, out _));
        Assert.Equal(0, space.LiveUnits);
    }
}
