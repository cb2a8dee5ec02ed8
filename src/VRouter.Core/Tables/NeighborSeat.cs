namespace VRouter.Core.Tables;

/// <summary>One worker's place in a <see cref="NeighborExchange"/>. All calls come from that worker.</summary>
public sealed class NeighborSeat
{
    private readonly NoticeRing?[] incoming;
    private readonly NoticeRing?[] outgoing;
    private NeighborSeat[] seats = [];
    private int nextRing;

    internal NeighborSeat(int worker, NoticeRing?[,] rings)
    {
        Worker = worker;
        var workers = Enumerable.Range(0, rings.GetLength(0)).ToList();
        incoming = [.. workers.Select(from => rings[from, worker])];
        outgoing = [.. workers.Select(to => rings[worker, to])];
    }

    /// <summary>The worker's index.</summary>
    public int Worker { get; }

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

            return false;
        }
    }

    internal void Meet(NeighborSeat[] all) => seats = all;

    internal bool TryTake(out NeighborNotice notice)
    {
        for (var tried = 0; tried < incoming.Length; tried++)
        {
            if (incoming[nextRing] is { } ring && ring.TryTake(out notice))
                return true;
            nextRing = nextRing + 1 < incoming.Length ? nextRing + 1 : 0;
        }

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
        if (outgoing[worker] is { } ring && ring.TryAdd(notice))
            seats[worker].NoticeLeft?.Invoke();
    }
}
