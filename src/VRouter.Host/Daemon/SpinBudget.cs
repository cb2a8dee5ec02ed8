namespace VRouter.Host.Daemon;

/// <summary>
/// Decides whether a worker that found nothing looks again at once, or sleeps. Frames often come in trains, and to sleep and wake between two of them costs more
/// than to look again; but a worker that spins keeps its core from those who would give it work. So it spins for a bounded time after traffic, only
/// while the last gaps were short enough for that to pay, and not at all for a while after the core was taken from it as it spun: somebody else needs it.
/// </summary>
public sealed class SpinBudget
{
    /// <summary>Two empty looks lie within a microsecond or two. Further apart than this, the thread was not running between them.</summary>
    public const long LostCore = 200_000;

    /// <summary>How long nothing is spun for after that.</summary>
    public const long Courtesy = 10_000_000;

    private const long Never = long.MinValue / 2;
    private const int Lessening = 2;
    private readonly long longest;
    private long budget;
    private long lastFrames = Never;
    private long lastEmptyLook = Never;
    private long courteousUntil = Never;

    /// <summary>Begins with a full budget.</summary>
    /// <param name="longest">The most time after the last frame that is spun for, in nanoseconds; 0: never.</param>
    public SpinBudget(long longest) => budget = this.longest = longest;

    /// <summary>A look found frames.</summary>
    /// <param name="now">Nanoseconds of the worker's clock.</param>
    public void NoteFrames(long now)
    {
        // A gap longer than the longest spin cannot be bridged; after several of them it is not tried either.
        budget = now - lastFrames <= longest ? longest : budget / Lessening;
        lastFrames = now;
        lastEmptyLook = Never;
    }

    /// <summary>A look found nothing. True: look again at once.</summary>
    /// <param name="now">Nanoseconds of the worker's clock.</param>
    public bool MayLookAgain(long now)
    {
        if (lastEmptyLook != Never && now - lastEmptyLook > LostCore)
            courteousUntil = now + Courtesy;
        var may = now - lastFrames <= budget && now >= courteousUntil;
        lastEmptyLook = may ? now : Never;
        return may;
    }
}
