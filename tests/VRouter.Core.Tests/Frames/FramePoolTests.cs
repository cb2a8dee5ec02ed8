using VRouter.Core.Frames;

namespace VRouter.Core.Tests.Frames;

public sealed class FramePoolTests
{
    [Fact]
    public void TryRent_AllOut_ReturnsFalse()
    {
        using var pool = new FramePool(2, 128);

        Assert.True(pool.TryRent(out var first));
        Assert.True(pool.TryRent(out var second));
        Assert.False(pool.TryRent(out _));

        Assert.Equal(2, pool.Outstanding);
        Assert.NotEqual(first, second);
        pool.Return(first);
        pool.Return(second);
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Return_Twice_Throws()
    {
        using var pool = new FramePool(2, 128);
        Assert.True(pool.TryRent(out var frame));
        pool.Return(frame);

        Assert.Throws<InvalidOperationException>(() => pool.Return(frame));
    }

    [Fact]
    public void Return_FrameOfAnotherPool_Throws()
    {
        using var pool = new FramePool(2, 128);
        using var other = new FramePool(2, 128);
        Assert.True(other.TryRent(out var frame));

        Assert.Throws<InvalidOperationException>(() => pool.Return(frame));
    }

    [Fact]
    public void TryRent_AfterUse_ClearsMetadata()
    {
        using var pool = new FramePool(1, 128);
        Assert.True(pool.TryRent(out var frame));
        frame.Reset(pool, 60);
        frame.Metadata.FlowHash = 7;
        frame.Metadata.Flags = FrameFlags.Answer;
        pool.Return(frame);

        Assert.True(pool.TryRent(out var again));

        Assert.Equal(0u, again.Metadata.FlowHash);
        Assert.Equal(FrameFlags.None, again.Metadata.Flags);
        Assert.Equal(0, again.Metadata.Length);
        Assert.Equal(Frame.Headroom, again.HeadroomLeft);
    }

    [Fact]
    public void Bytes_OfEveryFrame_DoNotOverlap()
    {
        using var pool = new FramePool(64, 200);
        var frames = new List<Frame>();
        while (pool.TryRent(out var frame))
        {
            frame.Reset(pool, pool.FrameCapacity).Fill((byte)frames.Count);
            frames.Add(frame);
        }

        for (var i = 0; i < frames.Count; i++)
            Assert.Equal(-1, frames[i].Bytes.IndexOfAnyExcept((byte)i));
    }

    [Fact]
    public void Prepend_MoreThanHeadroom_Throws()
    {
        using var pool = new FramePool(1, 128);
        Assert.True(pool.TryRent(out var frame));
        frame.Reset(pool, 10);
        frame.Prepend(Frame.Headroom);

        Assert.Throws<InvalidOperationException>(() => { frame.Prepend(1); });
    }

    [Fact]
    public void TrimFront_ThenPrepend_SeesTheSameBytes()
    {
        using var pool = new FramePool(1, 128);
        Assert.True(pool.TryRent(out var frame));
        var bytes = frame.Reset(pool, 20);
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)i;

        frame.TrimFront(14);
        Assert.Equal(14, frame.Bytes[0]);
        var all = frame.Prepend(14);

        Assert.Equal(20, all.Length);
        Assert.Equal(0, all[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => frame.TrimFront(21));
        Assert.Throws<ArgumentOutOfRangeException>(() => frame.Truncate(21));
    }
}
