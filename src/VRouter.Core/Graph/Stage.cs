using VRouter.Core.Frames;

namespace VRouter.Core.Graph;

/// <summary>
/// One step of the way of a frame. It reads and edits the frames of a vector and writes one <see cref="Verdict"/> for each. It never frees, sends,
/// counts drops, logs, locks, waits, allocates, or throws on a packet's content; it reads no clock. Frames that it makes (fragments, ARP requests)
/// come from and go to the <see cref="StageContext"/>. One instance serves one worker, so its own state (a waiting queue, a rate limit) needs no lock.
/// </summary>
/// <param name="name">Noun and verb in kebab-case, "ip4-lookup": the name in traces and <c>show runtime</c>.</param>
/// <param name="nextStages">The names of the stages that the edges 0, 1, 2, … lead to.</param>
public abstract class Stage(string name, params string[] nextStages)
{
    /// <summary>The name in traces and <c>show runtime</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The names of the stages that the edges 0, 1, 2, … lead to.</summary>
    public IReadOnlyList<string> NextStages { get; } = nextStages;

    /// <summary>Treats every frame of the vector and writes its verdict.</summary>
    public abstract void Process(FrameVector vector, StageContext context);

    /// <summary>
    /// Called once a pass of the engine, also when nothing was received: timeouts, retries, the release of held frames. Must be cheap when nothing is due.
    /// </summary>
    public virtual void OnTimer(StageContext context)
    {
    }

    /// <summary>
    /// The time from which <see cref="OnTimer"/> has something to do, if no frame comes and no table changes before: nanoseconds of the engine's clock; <see cref="long.MaxValue"/>: nothing.
    /// </summary>
    public virtual long NextTimer => long.MaxValue;

    /// <summary>Called once before the engine ends: a stage that holds frames gives all of them back through <see cref="StageContext.Release"/>.</summary>
    public virtual void Flush(StageContext context)
    {
    }
}
