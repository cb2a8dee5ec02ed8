using System.Runtime.InteropServices;

namespace VRouter.Core.Tables;

/// <summary>A bounded queue of notices from one worker to one other. Takes no lock; allocates nothing after construction.</summary>
internal sealed class NoticeRing
{
    private const int Capacity = 256;
    private readonly NeighborNotice[] notices = new NeighborNotice[Capacity];
    private Places places;

    /// <summary>True if a notice waits. For the reading worker.</summary>
    public bool HasNotices => Volatile.Read(ref places.Tail) != places.Head;

    /// <summary>Adds a notice; the writing worker only.</summary>
    /// <returns>False if the ring is full.</returns>
    public bool TryAdd(in NeighborNotice notice)
    {
        var tail = places.Tail;
        if (tail - Volatile.Read(ref places.Head) >= Capacity)
            return false;
        notices[tail & (Capacity - 1)] = notice;
        Volatile.Write(ref places.Tail, tail + 1);
        return true;
    }

    /// <summary>Takes the oldest notice; the reading worker only.</summary>
    public bool TryTake(out NeighborNotice notice)
    {
        var head = places.Head;
        if (Volatile.Read(ref places.Tail) == head)
        {
            notice = default;
            return false;
        }

        notice = notices[head & (Capacity - 1)];
        Volatile.Write(ref places.Head, head + 1);
        return true;
    }

    // On cache lines of their own: each is written by one worker and read by the other.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Places
    {
        [FieldOffset(128)]
        public long Head;

        [FieldOffset(256)]
        public long Tail;
    }
}
