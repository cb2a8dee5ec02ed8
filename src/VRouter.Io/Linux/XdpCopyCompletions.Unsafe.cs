namespace VRouter.Io.Linux;

/// <summary>
/// The completion ring of a queue that only sends. Nobody needs what is in it: a <see cref="XdpCopySocket"/> knows by its own ring what the kernel has taken, and in copy mode a chunk is free by then. It
/// must be emptied, though, for the kernel takes no frame that it could not note here. So sockets of several threads can share it, as the kernel wants of those of one queue: whoever finds it half full
/// moves the index on, by compare-and-swap, once for some thousand frames.
/// </summary>
internal sealed unsafe class XdpCopyCompletions
{
    /// <summary>Entries of the ring.</summary>
    public const uint Entries = 4096;

    // What is left is enough for all sockets that share the ring, as long as they look here before each batch.
    private const uint Unread = Entries / 2;

    private readonly byte* ring;
    private readonly nuint length;
    private readonly uint* producer;
    private readonly uint* consumer;
    private int users;

    /// <summary>Takes over a mapped ring.</summary>
    /// <param name="ring">The mapping.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="producerOffset">Where the kernel's index is in it.</param>
    /// <param name="consumerOffset">Where the other index is.</param>
    public XdpCopyCompletions(byte* ring, nuint length, ulong producerOffset, ulong consumerOffset)
    {
        this.ring = ring;
        this.length = length;
        producer = (uint*)(ring + producerOffset);
        consumer = (uint*)(ring + consumerOffset);
    }

    /// <summary>Frames that the kernel has noted here since the ring was made, modulo 2^32.</summary>
    public uint Noted => Volatile.Read(ref *producer);

    /// <summary>Sees to it that the kernel has room to note more.</summary>
    public void MakeRoom()
    {
        var noted = Noted;
        for (var seen = Volatile.Read(ref *consumer); (int)(noted - seen) >= (int)Unread;)
        {
            var found = Interlocked.CompareExchange(ref *consumer, noted, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }

    /// <summary>One socket more.</summary>
    public void Enter() => Interlocked.Increment(ref users);

    /// <summary>One socket less; the last one takes the mapping with it.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
            Libc.munmap((nint)ring, length);
    }
}
