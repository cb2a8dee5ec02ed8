namespace VRouter.Core.Reassembly;

/// <summary>
/// A bounded number of datagrams in the order in which they began. They are found by comparing, the newest first: fragments mostly come in a row, and the bound
/// keeps the worst case short. Allocates nothing after construction.
/// </summary>
internal sealed class PendingDatagrams
{
    private readonly PendingDatagram[] items;
    private int free;

    /// <summary>Takes all memory at once.</summary>
    public PendingDatagrams(int capacity)
    {
        items = new PendingDatagram[capacity];
        for (var i = 0; i < capacity; i++)
            items[i].Newer = i + 1 < capacity ? i + 1 : PendingDatagram.None;
    }

    /// <summary>The one that began first, or <see cref="PendingDatagram.None"/>.</summary>
    public int Oldest { get; private set; } = PendingDatagram.None;

    /// <summary>The one that began last, or <see cref="PendingDatagram.None"/>.</summary>
    public int Newest { get; private set; } = PendingDatagram.None;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>True if none can be added.</summary>
    public bool IsFull => Count == items.Length;

    /// <summary>The datagram of this number.</summary>
    public ref PendingDatagram this[int datagram] => ref items[datagram];

    /// <summary>Finds a datagram.</summary>
    /// <returns>Its number, or <see cref="PendingDatagram.None"/>.</returns>
    public int Find(in DatagramKey key)
    {
        var datagram = Newest;
        while (datagram >= 0 && items[datagram].Key != key)
            datagram = items[datagram].Older;
        return datagram;
    }

    /// <summary>Adds a datagram as the newest; there must be room.</summary>
    /// <returns>Its number.</returns>
    public int Add(in DatagramKey key, long now)
    {
        var datagram = free;
        free = items[datagram].Newer;
        items[datagram] = new PendingDatagram
        {
            Key = key,
            StartedAt = now,
            Lowest = PendingDatagram.None,
            Highest = PendingDatagram.None,
            Total = PendingDatagram.None,
            Older = Newest,
            Newer = PendingDatagram.None,
        };
        if (Newest >= 0)
            items[Newest].Newer = datagram;
        else
            Oldest = datagram;
        Newest = datagram;
        Count++;
        return datagram;
    }

    /// <summary>Removes a datagram, whose fragments are gone already.</summary>
    public void Remove(int datagram)
    {
        var (older, newer) = (items[datagram].Older, items[datagram].Newer);
        if (older >= 0)
            items[older].Newer = newer;
        else
            Oldest = newer;
        if (newer >= 0)
            items[newer].Older = older;
        else
            Newest = older;
        items[datagram].Newer = free;
        free = datagram;
        Count--;
    }
}
