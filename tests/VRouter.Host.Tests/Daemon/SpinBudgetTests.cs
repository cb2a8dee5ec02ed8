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
        Feed(0, 5 * Microsecond);

        Assert.Equal(Longest, spin.Current);
        Assert.True(spin.MayLookAgain(6 * Microsecond));
        Assert.True(spin.MayLookAgain(55 * Microsecond));
        Assert.False(spin.MayLookAgain(56 * Microsecond));
    }

    [Fact]
    public void MayLookAgain_GapsTooLongToBridge_SoonSleepsAtOnce()
    {
        for (var now = 0L; now < 20_000 * Microsecond; now += 1_000 * Microsecond)
            spin.NoteFrames(now);

        Assert.False(spin.MayLookAgain((19_000 + 1) * Microsecond));
    }

    [Fact]
    public void NoteFrames_AfterLongGapsATrain_SpinsAgainWithinAFewFrames()
    {
        for (var now = 0L; now < 20_000 * Microsecond; now += 1_000 * Microsecond)
            spin.NoteFrames(now);
        Assert.Equal(0, spin.Current);
        var train = 20_000 * Microsecond;
        for (var frame = 0; frame < 20; frame++)
            spin.NoteFrames(train += 4 * Microsecond);

        Assert.InRange(spin.Current, 4 * Microsecond, Longest);
        Assert.True(spin.MayLookAgain(train + (4 * Microsecond)));
    }

    // A ping each two milliseconds: the answer comes within the longest spin, but it does not pay to wait for it so.
    [Fact]
    public void NoteFrames_RoundTrips_DoesNotSpinForTheAnswer()
    {
        for (var now = 0L; now < 100_000 * Microsecond; now += 2_000 * Microsecond)
            Feed(now, now + (40 * Microsecond));

        Assert.Equal(0, spin.Current);
    }

    // The same gaps: who allows longer spins holds wake-ups to be dearer.
    [Fact]
    public void NoteFrames_AnswersWithoutPauses_SpinsForThemIfMoreIsAllowed()
    {
        var patient = new SpinBudget(8 * Longest);
        for (var now = 0L; now < 10_000 * Microsecond; now += 40 * Microsecond)
        {
            spin.NoteFrames(now);
            patient.NoteFrames(now);
        }

        Assert.Equal(0, spin.Current);
        Assert.InRange(patient.Current, 40 * Microsecond, 8 * Longest);
    }

    [Fact]
    public void MayLookAgain_CoreWasTakenWhileSpinning_SleepsForAWhile()
    {
        Feed(0, 5 * Microsecond);
        Assert.True(spin.MayLookAgain(6 * Microsecond));

        // Somebody else ran for two milliseconds; then there are frames again.
        Assert.False(spin.MayLookAgain(2_011 * Microsecond));
        Feed(2_020 * Microsecond, 2_021 * Microsecond);
        Assert.False(spin.MayLookAgain(2_022 * Microsecond));

        var later = (2_011 * Microsecond) + SpinBudget.Courtesy;
        for (var frame = 0; frame < 40; frame++)
            spin.NoteFrames(later += Microsecond);
        Assert.True(spin.MayLookAgain(later + Microsecond));
    }

    [Fact]
    public void MayLookAgain_APassWithFramesWasLong_IsNoLostCore()
    {
        Feed(0, 5 * Microsecond);
        Assert.True(spin.MayLookAgain(6 * Microsecond));
        spin.NoteFrames(500 * Microsecond);
        for (var frame = 1; frame < 40; frame++)
            spin.NoteFrames((500 + frame) * Microsecond);

        Assert.True(spin.MayLookAgain(540 * Microsecond));
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
