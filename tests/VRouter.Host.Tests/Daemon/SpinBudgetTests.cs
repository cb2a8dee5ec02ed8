using VRouter.Host.Daemon;

namespace VRouter.Host.Tests.Daemon;

public sealed class SpinBudgetTests
{
    private const long Microsecond = 1_000;
    private const long Longest = 50 * Microsecond;
    private readonly SpinBudget spin = new(Longest);

    [Fact]
    public void MayLookAgain_BeforeAnyFrame_SleepsAtOnce() => Assert.False(spin.MayLookAgain(0));

    [Fact]
    public void MayLookAgain_AfterFrames_SpinsForABoundedTime()
    {
        Feed(0, 10 * Microsecond);

        Assert.True(spin.MayLookAgain(11 * Microsecond));
        Assert.True(spin.MayLookAgain(60 * Microsecond));
        Assert.False(spin.MayLookAgain(61 * Microsecond));
    }

    [Fact]
    public void MayLookAgain_GapsTooLongToBridge_SoonSleepsAtOnce()
    {
        for (var now = 0L; now < 20_000 * Microsecond; now += 1_000 * Microsecond)
            spin.NoteFrames(now);

        Assert.False(spin.MayLookAgain((19_000 + 1) * Microsecond));
    }

    [Fact]
    public void NoteFrames_OneShortGap_BringsTheWholeBudgetBack()
    {
        for (var now = 0L; now < 20_000 * Microsecond; now += 1_000 * Microsecond)
            spin.NoteFrames(now);
        Feed(20_000 * Microsecond, 20_010 * Microsecond);

        Assert.True(spin.MayLookAgain(20_060 * Microsecond));
    }

    [Fact]
    public void MayLookAgain_CoreWasTakenWhileSpinning_SleepsForAWhile()
    {
        Feed(0, 10 * Microsecond);
        Assert.True(spin.MayLookAgain(11 * Microsecond));

        // Somebody else ran for two milliseconds; then there are frames again.
        Assert.False(spin.MayLookAgain(2_011 * Microsecond));
        Feed(2_020 * Microsecond, 2_021 * Microsecond);
        Assert.False(spin.MayLookAgain(2_022 * Microsecond));

        var later = (2_011 * Microsecond) + SpinBudget.Courtesy;
        Feed(later, later + Microsecond);
        Assert.True(spin.MayLookAgain(later + (2 * Microsecond)));
    }

    [Fact]
    public void MayLookAgain_APassWithFramesWasLong_IsNoLostCore()
    {
        Feed(0, 10 * Microsecond);
        Assert.True(spin.MayLookAgain(11 * Microsecond));
        Feed(12 * Microsecond, 500 * Microsecond);
        spin.NoteFrames(510 * Microsecond);

        Assert.True(spin.MayLookAgain(520 * Microsecond));
    }

    [Fact]
    public void MayLookAgain_SpinningTurnedOff_Never()
    {
        var none = new SpinBudget(0);
        none.NoteFrames(0);
        none.NoteFrames(1);

        Assert.False(none.MayLookAgain(2));
    }

    private void Feed(params ReadOnlySpan<long> times)
    {
        foreach (var time in times)
            spin.NoteFrames(time);
    }
}
