namespace VRouter.Core.Tables;

/// <summary>One worker's place in a <see cref="NeighborExchange"/>. All calls come from that worker.</summary>
public sealed class NeighborSeat
{
    private readonly NoticeRing?[] incoming;
    private readonly NoticeRing?[] outgoing;
    private readonly Queue<NeighborNotice>? recorded;
    private NeighborSeat[] seats = [];
    private int nextRing;

    internal NeighborSeat(int worker, NoticeRing?[,] rings)
    {
        Worker = worker;
        var workers = Enumerable.Range(0, rings.GetLength(0)).ToList();
        incoming = [.. workers.Select(from => rings[from, worker])];
        outgoing = [.. workers.Select(to => rings[worker, to])];
    }

    private NeighborSeat(int worker, Queue<NeighborNotice> recorded) => (Worker, incoming, outgoing, this.recorded) = (worker, [], [], recorded);

    /// <summary>The worker's index.</summary>
    public int Worker { get; }

    /// <summary>
    /// Told each notice that this worker takes in, in that order, on its thread: with frames, tables and times they are all that its engine is given. Null: nobody.
    /// </summary>
    public Action<NeighborNotice>? NoticeTaken { get; set; }

    /// <summary>Called on another worker's thread after it left a notice here, so that a sleeping worker wakes up. Must not allocate or wait.</summary>
    public Action? NoticeLeft { get; set; }

    /// <summary>True if a notice waits.</summary>
    internal bool HasNotices
    {
        get
        {
            foreach (var ring in incoming)
            {
                if (ring is not null && ring.HasNotices)
                    return true;
            }

            return recorded is { Count: > 0 };
        }
    }

    /// <summary>A seat without peers, for an engine that is given again what another one took in: it takes what is in the queue, and what it tells goes nowhere.</summary>
    /// <param name="worker">The worker's index.</param>
    /// <param name="notices">The notices, in the order in which they are to be taken; the caller fills it between the engine's calls.</param>
    public static NeighborSeat ForReplay(int worker, Queue<NeighborNotice> notices) => new(worker, notices);

    internal void Meet(NeighborSeat[] all) => seats = all;

    internal bool TryTake(out NeighborNotice notice)
    {
        for (var tried = 0; tried < incoming.Length; tried++)
        {
            if (incoming[nextRing] is { } ring && ring.TryTake(out notice))
            {
                NoticeTaken?.Invoke(notice);
                return true;
            }

            nextRing = nextRing + 1 < incoming.Length ? nextRing + 1 : 0;
        }

        if (recorded is not null)
            return recorded.TryDequeue(out notice);
        notice = default;
        return false;
    }

    internal void TellAll(in NeighborNotice notice)
    {
        for (var to = 0; to < outgoing.Length; to++)
            Tell(to, notice);
    }

    internal void Tell(int worker, in NeighborNotice notice)
    {
        // A seat for replay has nobody to tell.
        if ((uint)worker < (uint)outgoing.Length && outgoing[worker] is { } ring && ring.TryAdd(notice))
            seats[worker].NoticeLeft?.Invoke();
    }
}
