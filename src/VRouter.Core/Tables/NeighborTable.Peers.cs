using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <content>What the tables of several workers tell one another; see <see cref="NeighborExchange"/>.</content>
public sealed partial class NeighborTable
{
    /// <summary>True if another worker told something that is not taken in yet.</summary>
    public bool HasNotices => seat is not null && seat.HasNotices;

    /// <summary>Takes in what the other workers told. Frames that waited for it go with the next <see cref="TryTakeDue"/>.</summary>
    public void TakeNotices(long now)
    {
        while (seat is not null && seat.TryTake(out var notice))
        {
            if (notice.Kind == NeighborNoticeKind.Asked)
                TakeAsked(notice, now);
            else
                TakeHeard(notice, now);
        }
    }

    // Peers ask a little later each, so that the answer to the first spares the others their requests.
    private long Courtesy => seat is null ? 0 : options.RetryInterval + (seat.Worker * (options.RetryInterval / 16));

    // The others make an entry too, so that they know whose answer is waited for: an ARP packet of somebody whom nobody asked for is told to nobody.
    private void TakeAsked(in NeighborNotice notice, long now)
    {
        var number = Find(notice.Key);
        if (number < 0)
        {
            number = Add(notice.Key);
            if (number < 0)
                return;
            BeginAwaiting(number, now);
            return;
        }

        ref var entry = ref entries[number];
        switch (StateOf(entry.Word))
        {
            case NeighborState.Reachable:
                seat!.Tell(notice.From, new NeighborNotice(NeighborNoticeKind.Heard, seat.Worker, notice.Key, entry.Word & MacMask, entry.UpdatedAt));
                break;
            case NeighborState.Incomplete or NeighborState.Probe:
                entry.Requests = Math.Min(entry.Requests + 1, options.MaxRequests);
                due.Set(number, now + options.RetryInterval + Courtesy);
                break;
        }
    }

    // It counts from when it was heard, not from when it was told: else two workers could confirm a dead neighbor to each other for ever.
    private void TakeHeard(in NeighborNotice notice, long now)
    {
        var number = Find(notice.Key);
        if (number < 0 || notice.At + options.ReachableTime <= now)
            return;
        ref var entry = ref entries[number];
        var state = StateOf(entry.Word);
        if (state is NeighborState.Reachable && notice.At <= entry.UpdatedAt)
            return;
        entry.UpdatedAt = notice.At;
        entry.Requests = 0;
        entry.IsForPeer = false;
        var waiting = entry.Word & WaitingBit;
        Write(ref entry, NeighborState.Reachable, notice.Mac, waiting);
        due.Set(number, waiting != 0 ? now : notice.At + options.ReachableTime + Courtesy);
    }

    private void BeginAwaiting(int number, long now)
    {
        ref var entry = ref entries[number];
        entry.LastUsed = now;
        entry.UpdatedAt = now;
        entry.Requests = 1;
        entry.IsForPeer = true;
        Write(ref entry, NeighborState.Incomplete, 0, 0);
        due.Set(number, now + options.RetryInterval + Courtesy);
    }

    private void TellAsked(long key, long now) => seat?.TellAll(new NeighborNotice(NeighborNoticeKind.Asked, seat.Worker, key, 0, now));

    private void TellHeard(long key, MacAddress mac, long now) =>
        seat?.TellAll(new NeighborNotice(NeighborNoticeKind.Heard, seat.Worker, key, mac.Bits, now));
}
