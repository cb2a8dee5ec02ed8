namespace VRouter.Host.Daemon;

/// <summary>
/// Decides whether a worker that found nothing looks again at once, or sleeps. To sleep and wake costs more than to look again for a few microseconds; but a worker that spins keeps its core from those
/// who would give it work, or wait for what it has sent. So it learns how long it takes until the next frames come, and spins for the time that would have cost least lately; and not at all for a while
/// after the core was taken from it as it spun: somebody else needs it.
/// </summary>
/// <remarks>
/// What a time costs: if frames come within it, as long as they took; else all of it, and a wake-up besides. That is the price of waiting for a ski-renter who knows the distribution (Karlin et al., 1990).
/// </remarks>
public sealed class SpinBudget
{
    /// <summary>Two empty looks lie within a microsecond or two. Further apart than this, the thread was not running between them.</summary>
    public const long LostCore = 200_000;

    /// <summary>How long nothing is spun for after that.</summary>
    public const long Courtesy = 10_000_000;

    /// <summary>A wake-up counts as much as this part of the longest spin: who allows longer ones holds wake-ups to be dearer.</summary>
    public const int WakeUpShare = 5;

    private const long Never = long.MinValue / 2;
    private const int Memory = 16; // gaps that the costs remember, about
    private readonly long[] choices;
    private readonly long[] costs;
    private readonly long wakeUp;
    private long lastFrames = Never;
    private long lastEmptyLook = Never;
    private long courteousUntil = Never;

    /// <summary>Begins with the longest spin.</summary>
    /// <param name="longest">The most time after the last frame that is spun for, in nanoseconds; 0: never.</param>
    public SpinBudget(long longest)
    {
        choices = [longest, longest / 2, longest / 4, longest / 8, 0];
        costs = new long[choices.Length];
        wakeUp = longest / WakeUpShare;
        Current = longest;
    }

    /// <summary>The time that is spun for now, in nanoseconds.</summary>
    public long Current { get; private set; }

    /// <summary>A look found frames.</summary>
    /// <param name="now">Nanoseconds of the worker's clock.</param>
    public void NoteFrames(long now)
    {
        var (gap, isFirst) = (now - lastFrames, lastFrames == Never);
        lastFrames = now;
        lastEmptyLook = Never;
        if (isFirst)
            return;
        var least = 0;
        for (var i = 0; i < choices.Length; i++)
        {
            costs[i] += ((gap <= choices[i] ? gap : choices[i] + wakeUp) - costs[i]) / Memory;
            if (costs[i] < costs[least])
                least = i;
        }

        Current = choices[least];
    }

    /// <summary>A look found nothing. True: look again at once.</summary>
    /// <param name="now">Nanoseconds of the worker's clock.</param>
    public bool MayLookAgain(long now)
    {
        if (lastEmptyLook != Never && now - lastEmptyLook > LostCore)
            courteousUntil = now + Courtesy;
        var may = now - lastFrames <= Current && now >= courteousUntil;
        lastEmptyLook = may ? now : Never;
        return may;
    }
}
