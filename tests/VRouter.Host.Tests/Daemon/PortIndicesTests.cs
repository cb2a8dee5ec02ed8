using VRouter.Host.Daemon;

namespace VRouter.Host.Tests.Daemon;

public sealed class PortIndicesTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void TryTake_FreedIndex_RestsBeforeItIsGivenAgain()
    {
        var indices = new PortIndices();
        Assert.Equal([0, 1], [Take(indices, Start), Take(indices, Start)]);
        indices.Return(0, Start);
        Assert.Equal(2, Take(indices, Start + PortIndices.Rest - TimeSpan.FromTicks(1)));
        Assert.Equal(0, Take(indices, Start + PortIndices.Rest));
    }

    [Fact]
    public void TryTake_AllTaken_Fails()
    {
        var indices = new PortIndices();
        for (var i = 0; i < short.MaxValue; i++)
            Take(indices, Start);
        Assert.False(indices.TryTake(Start, out _));
    }

    private static int Take(PortIndices indices, DateTimeOffset now)
    {
        Assert.True(indices.TryTake(now, out var index));
        return index;
    }
}
