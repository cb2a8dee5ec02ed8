using System.Runtime.CompilerServices;
using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>
/// The neighbors on the ports' links: from port and IPv4 address to MAC address (RFC 826), with the states and times that keep this true (RFC 1122
/// §2.3.2.1: entries time out, requests are limited). It sends nothing itself: <see cref="TryTakeDue"/> says what is to be sent.
/// </summary>
/// <remarks>
/// One worker owns the table and makes all calls but those marked for any thread. MAC address and state share one 64-bit word, so that other threads
/// read them without a lock and never see halves of two. Nothing is allocated after construction. A neighbor that is in use is never given up for
/// another one, nor is one that frames wait for. Where several workers forward through the same ports, a <see cref="NeighborExchange"/> keeps their
/// tables in step.
/// </remarks>
public sealed partial class NeighborTable
{
    // The parts of Entry.Word: MAC address, state, and whether frames wait.
    private const ulong MacMask = 0xffff_ffff_ffff;
    private const int StateShift = 48;
    private const ulong WaitingBit = 1UL << 56;

    // How many entries an insertion into a full table looks at for one to give up.
    private const int VictimCandidates = 32;

    private readonly NeighborOptions options;
    private readonly Entry[] entries;
    private readonly int[] buckets;
    private readonly DueQueue due;
    private readonly NeighborSeat? seat;
    private int free;
    private int victimHand;

    /// <summary>Takes all memory at once.</summary>
    /// <param name="options">Sizes and times; the same for all workers that tell one another.</param>
    /// <param name="seat">The worker's seat among others; null where it is the only one.</param>
    public NeighborTable(NeighborOptions? options = null, NeighborSeat? seat = null)
    {
        this.options = options ?? new NeighborOptions();
        this.seat = seat;
        var capacity = this.options.Capacity;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity, nameof(options));
        entries = new Entry[capacity];
        buckets = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        due = new DueQueue(capacity);
        Array.Fill(buckets, -1);
        for (var entry = 0; entry < capacity; entry++)
            entries[entry].Next = entry + 1 < capacity ? entry + 1 : -1;
    }

    /// <summary>The most neighbors at a time; entry numbers are below it.</summary>
    public int Capacity => entries.Length;

    /// <summary>
    /// Counts every change of a neighbor's state or address. While it stays, a neighbor that was used once since is as good as used now: its state, its address, and
    /// whether it counts as in use (used since it was confirmed) stay the same.
    /// </summary>
    internal long Version { get; private set; }

    /// <summary>Neighbors now, dead ones included.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The MAC address to send to, if it is known and no frame still waits for it (a frame that overtook those would arrive out of order). Notes the
    /// use, so that the address is confirmed in time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryUse(int port, IPv4Address address, long now, out MacAddress mac)
    {
        mac = default;
        var number = Find(KeyOf(port, address));
        if (number < 0 || !IsUsable(entries[number].Word))
            return false;
        ref var entry = ref entries[number];
        mac = new MacAddress(entry.Word & MacMask);
        if (entry.LastUsed != now)
            Touch(number, now);
        return true;
    }

    /// <summary>As <see cref="TryUse"/>, for a caller that remembers where it found the neighbor.</summary>
    /// <param name="hint">Any number at first; the entry's number after a success.</param>
    /// <param name="port">Index of the port.</param>
    /// <param name="address">The next hop.</param>
    /// <param name="now">Nanoseconds of the engine's clock.</param>
    /// <param name="mac">The MAC address, in the low 48 bits as in <see cref="MacAddress.Bits"/>; what stands above is undefined.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryUseAt(ref int hint, int port, IPv4Address address, long now, out ulong mac)
    {
        mac = 0;
        var key = KeyOf(port, address);
        if (((uint)hint >= (uint)entries.Length || entries[hint].Key != key) && !TryFind(key, ref hint))
            return false;

        ref var entry = ref entries[hint];
        mac = entry.Word;
        if (!IsUsable(mac))
            return false;
        if (entry.LastUsed != now)
            Touch(hint, now);
        return true;
    }

    /// <summary>The state and, where one is known, the MAC address. For any thread.</summary>
    public NeighborState Read(int port, IPv4Address address, out MacAddress mac)
    {
        var key = KeyOf(port, address);
        var number = Find(key);
        ulong word = 0;
        if (number >= 0 && (!TryReadEntry(number, out var entryKey, out word, out _) || entryKey != key))
            word = 0;
        mac = new MacAddress(word & MacMask);
        return StateOf(word);
    }

    /// <summary>
    /// What to do with a frame for which <see cref="TryUse"/> found nothing. An entry is made if there is none.
    /// </summary>
    /// <param name="port">Index of the port.</param>
    /// <param name="address">The next hop.</param>
    /// <param name="now">Nanoseconds of the engine's clock.</param>
    /// <param name="entry">The entry's number, or -1 if the table is full.</param>
    public NeighborRequest Request(int port, IPv4Address address, long now, out int entry)
    {
        var key = KeyOf(port, address);
        entry = Find(key);
        if (entry < 0)
        {
            entry = Add(key);
            if (entry < 0)
                return NeighborRequest.Full;
            BeginAsking(entry, now);
            return NeighborRequest.SolicitAndWait;
        }

        ref var found = ref entries[entry];
        Touch(entry, now);
        switch (StateOf(found.Word))
        {
            case NeighborState.Incomplete:
                found.IsForPeer = false;
                return NeighborRequest.Wait;
            case NeighborState.Failed when now < found.RetryAt:
                return NeighborRequest.Unreachable;
            case NeighborState.Failed:
                BeginAsking(entry, now);
                return NeighborRequest.SolicitAndWait;
            default:
                return NeighborRequest.Usable;
        }
    }

    /// <summary>
    /// Takes in what an ARP packet says of its sender, if there is an entry for it; none is made, so that nobody can fill the table. Any packet counts,
    /// a reply, a request or an announcement: RFC 826 merges them all, RFC 1122 §2.3.2.1 restarts the timeout with them.
    /// </summary>
    /// <returns>False if the sender is not known.</returns>
    public bool Learn(int port, IPv4Address address, MacAddress mac, long now)
    {
        var number = Find(KeyOf(port, address));
        if (number < 0)
            return false;
        ref var entry = ref entries[number];
        var isNews = StateOf(entry.Word) != NeighborState.Reachable || (entry.Word & MacMask) != mac.Bits || now - entry.UpdatedAt >= options.RetryInterval;
        entry.UpdatedAt = now;
        entry.Requests = 0;
        entry.IsForPeer = false;
        Write(ref entry, NeighborState.Reachable, mac.Bits, entry.Word & WaitingBit);
        due.Set(number, (entry.Word & WaitingBit) != 0 ? now : now + options.ReachableTime);
        if (isNews)
            TellHeard(entry.Key, mac, now);
        return true;
    }

    /// <summary>Notes whether frames wait for the entry.</summary>
    public void SetWaiting(int entry, bool waiting)
    {
        ref var changed = ref entries[entry];
        Version++;
        Volatile.Write(ref changed.Word, waiting ? changed.Word | WaitingBit : changed.Word & ~WaitingBit);
        if (!waiting && StateOf(changed.Word) == NeighborState.Reachable)
            due.Set(entry, changed.UpdatedAt + options.ReachableTime);
    }

    /// <summary>
    /// Takes the next thing that is to be done by <paramref name="now"/>. Call until it returns false; costs nothing when nothing is due.
    /// A <see cref="NeighborAction.Resolved"/> or <see cref="NeighborAction.Unreachable"/> entry no longer counts as waited for.
    /// </summary>
    public bool TryTakeDue(long now, out NeighborEvent neighborEvent)
    {
        while (due.TryPeek(now, out var number))
        {
            var action = Advance(number, now);
            if (action is null)
                continue;
            ref var entry = ref entries[number];
            var mac = StateOf(entry.Word) == NeighborState.Incomplete ? MacAddress.Broadcast : new MacAddress(entry.Word & MacMask);
            neighborEvent = new NeighborEvent(action.Value, number, PortOf(entry.Key), AddressOf(entry.Key), mac);
            return true;
        }

        neighborEvent = default;
        return false;
    }

    /// <summary>The time from which <see cref="TryTakeDue"/> has something to do, if nothing happens before; <see cref="long.MaxValue"/>: nothing.</summary>
    public long NextDue => due.Earliest;

    /// <summary>Forgets an entry. No frame may wait for it.</summary>
    public void Remove(int entry)
    {
        ref var removed = ref entries[entry];
        ref var link = ref buckets[BucketOf(removed.Key)];
        while (link != entry)
            link = ref entries[link].Next;
        Volatile.Write(ref link, removed.Next);
        SetKey(ref removed, 0);
        due.Remove(entry);
        removed.Next = free;
        free = entry;
        Count--;
    }

    /// <summary>The port of an entry, or -1 if the entry is free.</summary>
    public int PortOfEntry(int entry) => entries[entry].Key == 0 ? -1 : PortOf(entries[entry].Key);

    /// <summary>All neighbors as they are now, by port and address. For any thread; each neighbor is consistent in itself.</summary>
    public IReadOnlyList<Neighbor> Snapshot()
    {
        var neighbors = new List<Neighbor>();
        for (var number = 0; number < entries.Length; number++)
        {
            if (!TryReadEntry(number, out var key, out var word, out var updatedAt))
                continue;
            var mac = new MacAddress(word & MacMask);
            neighbors.Add(new Neighbor(PortOf(key), AddressOf(key), mac.IsZero ? null : mac, StateOf(word), updatedAt));
        }

        neighbors.Sort((left, right) => (left.Port, left.Address.Value).CompareTo((right.Port, right.Address.Value)));
        return neighbors;
    }

    // A port's index plus one, so that no key is zero, and the address.
    private static long KeyOf(int port, IPv4Address address) => ((long)(port + 1) << 32) | address.Value;

    private static int PortOf(long key) => (int)(key >> 32) - 1;

    private static IPv4Address AddressOf(long key) => new((uint)key);

    private static NeighborState StateOf(ulong word) => (NeighborState)((word >> StateShift) & 0xff);

    private static bool IsUsable(ulong word) =>
        (word & WaitingBit) == 0 && StateOf(word) is NeighborState.Reachable or NeighborState.Stale or NeighborState.Probe;

    private void Write(ref Entry entry, NeighborState state, ulong mac, ulong waiting)
    {
        Version++;
        Volatile.Write(ref entry.Word, waiting | ((ulong)state << StateShift) | mac);
    }

    // In this order, so that a reader who sees the new key beside the old word sees the new generation too.
    private void SetKey(ref Entry entry, long key)
    {
        Version++;
        Volatile.Write(ref entry.Word, 0);
        Volatile.Write(ref entry.Generation, entry.Generation + 1);
        Volatile.Write(ref entry.Key, key);
    }

    private int BucketOf(long key) => (int)(FlowHash.Mix((ulong)key, 0, options.HashSeed) & (uint)(buckets.Length - 1));

    // Key and word of one neighbor: the entry keeps its key while it keeps its generation. 64 bits never come round again, however long a reader
    // is kept from running.
    private bool TryReadEntry(int number, out long key, out ulong word, out long updatedAt)
    {
        ref var entry = ref entries[number];
        var generation = Volatile.Read(ref entry.Generation);
        word = Volatile.Read(ref entry.Word);
        key = Volatile.Read(ref entry.Key);
        updatedAt = Volatile.Read(ref entry.UpdatedAt);
        return StateOf(word) != NeighborState.None && generation == Volatile.Read(ref entry.Generation);
    }

    // Not inlined, so that callers which mostly know the number keep their registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFind(long key, ref int number)
    {
        var found = Find(key);
        if (found >= 0)
            number = found;
        return found >= 0;
    }

    private int Find(long key)
    {
        var number = Volatile.Read(ref buckets[BucketOf(key)]);
        // The number of steps is bounded for other threads' sake: under them an entry may move to another chain.
        for (var steps = 0; number >= 0 && steps < entries.Length; steps++)
        {
            if (Volatile.Read(ref entries[number].Key) == key)
                return number;
            number = Volatile.Read(ref entries[number].Next);
        }

        return -1;
    }

    private int Add(long key)
    {
        if (free < 0 && !GiveUpOne())
            return -1;
        var number = free;
        ref var entry = ref entries[number];
        free = entry.Next;
        SetKey(ref entry, key);
        ref var bucket = ref buckets[BucketOf(key)];
        Volatile.Write(ref entry.Next, bucket);
        Volatile.Write(ref bucket, number);
        Count++;
        return number;
    }

    private bool GiveUpOne()
    {
        for (var i = 0; i < VictimCandidates; i++)
        {
            victimHand = victimHand + 1 < entries.Length ? victimHand + 1 : 0;
            var word = entries[victimHand].Word;
            if ((word & WaitingBit) != 0 || StateOf(word) is NeighborState.Reachable or NeighborState.Probe)
                continue;
            Remove(victimHand);
            return true;
        }

        return false;
    }

    private void BeginAsking(int number, long now)
    {
        ref var entry = ref entries[number];
        entry.LastUsed = now;
        entry.UpdatedAt = now;
        entry.Requests = 1;
        entry.IsForPeer = false;
        Write(ref entry, NeighborState.Incomplete, 0, entry.Word & WaitingBit);
        due.Set(number, now + options.RetryInterval);
        TellAsked(entry.Key, now);
    }

    private void Touch(int number, long now)
    {
        ref var entry = ref entries[number];
        entry.LastUsed = now;
        if (StateOf(entry.Word) == NeighborState.Stale)
            BeginProbing(number, now, requests: 0);
    }

    private void BeginProbing(int number, long now, int requests)
    {
        ref var entry = ref entries[number];
        entry.Requests = requests;
        Write(ref entry, NeighborState.Probe, entry.Word & MacMask, 0);
        due.Set(number, requests == 0 ? now : now + options.RetryInterval);
    }

    // Moves an entry whose time has come on, and gives it its next time, which is always later than now.
    private NeighborAction? Advance(int number, long now)
    {
        ref var entry = ref entries[number];
        switch (StateOf(entry.Word))
        {
            case NeighborState.Incomplete when entry.IsForPeer:
                Remove(number);
                return null;
            case NeighborState.Incomplete or NeighborState.Probe when entry.Requests < options.MaxRequests:
                entry.Requests++;
                due.Set(number, now + options.RetryInterval);
                TellAsked(entry.Key, now);
                return NeighborAction.Solicit;
            case NeighborState.Incomplete:
                Fail(number, now, retryAt: now + options.FailedHoldOff);
                return NeighborAction.Unreachable;
            case NeighborState.Probe:
                // The neighbor may have got another MAC address: the next frame may ask everyone at once.
                Fail(number, now, retryAt: now);
                return null;
            case NeighborState.Reachable when (entry.Word & WaitingBit) != 0:
                SetWaiting(number, false);
                return NeighborAction.Resolved;
            case NeighborState.Reachable when entry.LastUsed >= entry.UpdatedAt:
                BeginProbing(number, now, requests: 1);
                TellAsked(entry.Key, now);
                return NeighborAction.Solicit;
            case NeighborState.Reachable:
                Write(ref entry, NeighborState.Stale, entry.Word & MacMask, 0);
                due.Set(number, now + options.StaleTime);
                return null;
            default:
                Remove(number);
                return null;
        }
    }

    private void Fail(int number, long now, long retryAt)
    {
        ref var entry = ref entries[number];
        entry.UpdatedAt = now;
        entry.RetryAt = retryAt;
        Write(ref entry, NeighborState.Failed, 0, 0);
        due.Set(number, now + options.FailedTime);
    }

    private struct Entry
    {
        // Zero while the entry is free. Changes only while the word's state is None.
        public long Key;
        public ulong Word;

        // Counts up before the key changes.
        public long Generation;

        // The next entry of the bucket's chain, or of the free ones; -1 at the end.
        public int Next;

        // Requests sent since the state began.
        public int Requests;
        public long LastUsed;
        public long UpdatedAt;

        // Failed: from when on it is asked for again.
        public long RetryAt;

        // Incomplete: another worker asks, and no frame waits here.
        public bool IsForPeer;
    }
}
