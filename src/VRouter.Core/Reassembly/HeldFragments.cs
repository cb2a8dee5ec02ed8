namespace VRouter.Core.Reassembly;

/// <summary>A bounded number of fragments; those of one datagram form a list in the order of their offsets, without overlaps. Allocates nothing after construction.</summary>
internal sealed class HeldFragments
{
    private readonly HeldFragment[] items;
    private int free;

    /// <summary>Takes all memory at once.</summary>
    public HeldFragments(int capacity)
    {
        items = new HeldFragment[capacity];
        for (var i = 0; i < capacity; i++)
            items[i].Next = i + 1 < capacity ? i + 1 : PendingDatagram.None;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The fragment of this number.</summary>
    public ref HeldFragment this[int fragment] => ref items[fragment];

    /// <summary>Finds the fragment of a datagram that a new one goes behind: the last one that begins before it.</summary>
    /// <returns>Its number; <see cref="PendingDatagram.None"/>: it goes first.</returns>
    public int FindBefore(in PendingDatagram datagram, int start)
    {
        // Fragments mostly come in order, some systems send the last one first.
        if (datagram.Highest >= 0 && items[datagram.Highest].Start < start)
            return datagram.Highest;
        var before = PendingDatagram.None;
        for (var next = datagram.Lowest; next >= 0 && items[next].Start < start; next = items[next].Next)
            before = next;
        return before;
    }

    /// <summary>Adds a fragment to a datagram; there must be room.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="before">As <see cref="FindBefore"/> found.</param>
    /// <param name="added">The fragment; <c>Next</c> is set here.</param>
    public void Insert(ref PendingDatagram datagram, int before, HeldFragment added)
    {
        var fragment = free;
        free = items[fragment].Next;
        added.Next = before >= 0 ? items[before].Next : datagram.Lowest;
        items[fragment] = added;
        if (before >= 0)
            items[before].Next = fragment;
        else
            datagram.Lowest = fragment;
        if (added.Next < 0)
            datagram.Highest = fragment;
        datagram.Fragments++;
        datagram.Bytes += added.End - added.Start;
        Count++;
    }

    /// <summary>Takes the fragment with the lowest offset.</summary>
    public bool TryTake(ref PendingDatagram datagram, out HeldFragment taken)
    {
        var fragment = datagram.Lowest;
        if (fragment < 0)
        {
            taken = default;
            return false;
        }

        taken = items[fragment];
        datagram.Lowest = taken.Next;
        if (taken.Next < 0)
            datagram.Highest = PendingDatagram.None;
        datagram.Fragments--;
        datagram.Bytes -= taken.End - taken.Start;
        items[fragment] = new HeldFragment { Next = free };
        free = fragment;
        Count--;
        return true;
    }
}
