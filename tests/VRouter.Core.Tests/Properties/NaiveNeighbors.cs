using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Properties;

/// <summary>
/// The neighbors of one worker as a dictionary of objects, written for clarity: every rule of RFC 826 and RFC 1122 §2.3.2.1 that <see cref="NeighborTable"/> follows, with no packed words, no hash
/// chains and no queue of times.
/// </summary>
internal sealed class NaiveNeighbors(NeighborOptions options)
{
    private readonly Dictionary<(int Port, IPv4Address Address), NaiveNeighbor> all = [];

    public int Count => all.Count;

    public long NextDue => all.Values.Select(neighbor => neighbor.Due).DefaultIfEmpty(long.MaxValue).Min();

    public NaiveNeighbor? Find((int Port, IPv4Address Address) key) => all.GetValueOrDefault(key);

    public IEnumerable<Neighbor> Snapshot() => all
        .OrderBy(pair => pair.Key.Port).ThenBy(pair => pair.Key.Address.Value)
        .Select(pair => new Neighbor(pair.Key.Port, pair.Key.Address, pair.Value.Mac, pair.Value.State, pair.Value.UpdatedAt));

    /// <summary>Those of which one may go when there is no room.</summary>
    public List<(int Port, IPv4Address Address)> Dispensable() =>
        [.. all.Where(pair => !pair.Value.IsWaiting && pair.Value.State is not (NeighborState.Reachable or NeighborState.Probe)).Select(pair => pair.Key)];

    public void Remove((int Port, IPv4Address Address) key) => all.Remove(key);

    public MacAddress? Use((int Port, IPv4Address Address) key, long now)
    {
        if (Find(key) is not { IsWaiting: false, Mac: { } mac } neighbor)
            return null;
        NoteUse(neighbor, now);
        return mac;
    }

    /// <summary>There is room for a new one.</summary>
    public NeighborRequest Request((int Port, IPv4Address Address) key, long now)
    {
        if (Find(key) is not { } neighbor)
        {
            all[key] = neighbor = new NaiveNeighbor();
            Ask(neighbor, now);
            return NeighborRequest.SolicitAndWait;
        }

        NoteUse(neighbor, now);
        if (neighbor.State == NeighborState.Incomplete)
            return NeighborRequest.Wait;
        if (neighbor.State != NeighborState.Failed)
            return NeighborRequest.Usable;
        if (now < neighbor.RetryAt)
            return NeighborRequest.Unreachable;
        Ask(neighbor, now);
        return NeighborRequest.SolicitAndWait;
    }

    public bool Learn((int Port, IPv4Address Address) key, MacAddress mac, long now)
    {
        if (Find(key) is not { } neighbor)
            return false;
        (neighbor.State, neighbor.Mac, neighbor.UpdatedAt, neighbor.Requests) = (NeighborState.Reachable, mac, now, 0);
        neighbor.Due = neighbor.IsWaiting ? now : now + options.ReachableTime;
        return true;
    }

    public void SetWaiting((int Port, IPv4Address Address) key, bool isWaiting)
    {
        var neighbor = all[key];
        neighbor.IsWaiting = isWaiting;
        if (!isWaiting && neighbor.State == NeighborState.Reachable)
            neighbor.Due = neighbor.UpdatedAt + options.ReachableTime;
    }

    /// <summary>All that is due by now; what one neighbor does is in order.</summary>
    public List<(NeighborAction Action, int Port, IPv4Address Address, MacAddress Mac)> TakeDue(long now)
    {
        var events = new List<(NeighborAction, int, IPv4Address, MacAddress)>();
        while (all.FirstOrDefault(pair => pair.Value.Due <= now) is { Value: { } neighbor, Key: var key })
        {
            if (Advance(key, neighbor, now) is { } action)
                events.Add((action, key.Port, key.Address, neighbor.State == NeighborState.Incomplete ? MacAddress.Broadcast : neighbor.Mac ?? default));
        }

        return events;
    }

    // What has not been heard of for long is asked whether it is still there, beside the traffic.
    private static void NoteUse(NaiveNeighbor neighbor, long now)
    {
        neighbor.LastUsed = now;
        if (neighbor.State == NeighborState.Stale)
            (neighbor.State, neighbor.Requests, neighbor.Due) = (NeighborState.Probe, 0, now);
    }

    private void Ask(NaiveNeighbor neighbor, long now)
    {
        (neighbor.State, neighbor.Mac, neighbor.LastUsed, neighbor.UpdatedAt) = (NeighborState.Incomplete, null, now, now);
        (neighbor.Requests, neighbor.Due) = (1, now + options.RetryInterval);
    }

    private NeighborAction? Advance((int Port, IPv4Address Address) key, NaiveNeighbor neighbor, long now)
    {
        switch (neighbor.State)
        {
            case NeighborState.Incomplete or NeighborState.Probe when neighbor.Requests < options.MaxRequests:
                neighbor.Requests++;
                neighbor.Due = now + options.RetryInterval;
                return NeighborAction.Solicit;
            case NeighborState.Incomplete or NeighborState.Probe:
                var wasKnown = neighbor.State == NeighborState.Probe;
                (neighbor.State, neighbor.Mac, neighbor.IsWaiting, neighbor.UpdatedAt) = (NeighborState.Failed, null, false, now);
                neighbor.RetryAt = wasKnown ? now : now + options.FailedHoldOff;
                neighbor.Due = now + options.FailedTime;
                return wasKnown ? null : NeighborAction.Unreachable;
            case NeighborState.Reachable when neighbor.IsWaiting:
                SetWaiting(key, false);
                return NeighborAction.Resolved;
            case NeighborState.Reachable when neighbor.LastUsed >= neighbor.UpdatedAt:
                (neighbor.State, neighbor.Requests, neighbor.Due) = (NeighborState.Probe, 1, now + options.RetryInterval);
                return NeighborAction.Solicit;
            case NeighborState.Reachable:
                (neighbor.State, neighbor.Due) = (NeighborState.Stale, now + options.StaleTime);
                return null;
            default:
                Remove(key);
                return null;
        }
    }
}
