using VRouter.Core.Frames;
using VRouter.Host.Fuzz;
using VRouter.Host.Fuzz.Engine;

namespace VRouter.Host.Tests.Fuzz;

/// <summary>A write outside of what a frame may use shows.</summary>
public sealed class GuardedPoolTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(-92, null)]
    [InlineData(-93, "headroom was written 93 bytes before")]
    [InlineData(-Frame.Headroom, "bytes before the frame")]
    public void Check_ByteThatWasWrittenBeforeAFrame_IsFoundBeyondTheLongestChainOfHeaders(int place, string? finding) => Check(_ => place, finding);

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, "written 0 bytes beyond its end")]
    public void Check_ByteThatWasWrittenAtASlotsEnd_IsFoundBeyondIt(int place, string? finding) => Check(pool => pool.FrameCapacity + place, finding);

    private static unsafe void Check(Func<FramePool, int> place, string? finding)
    {
        using var guarded = new GuardedPool(4, 300);
        guarded.Fill(0xa5);
        Assert.True(guarded.Pool.TryRent(out var frame));
        var bytes = frame.Reset(guarded.Pool, 1);
        fixed (byte* start = bytes)
            start[place(guarded.Pool)] = 0;
        if (finding is null)
            guarded.Check();
        else
            Assert.Contains(finding, Assert.Throws<FindingException>(guarded.Check).Message);
        guarded.Pool.Return(frame);
    }
}
