namespace VRouter.Host.Recording;

/// <summary>
/// Chunks of fixed size on their way from one worker to the thread that writes them: all of the memory is there from the start. The worker fills one, hands it over and gets another; it never
/// waits: if the writer has not kept up, there is none. Chunks are written in the order in which they were handed over; of those that are free the worker gets the one that came back last, so
/// that as few are in use, and in the processor's caches, as the writer's pace demands. Takes no lock; allocates nothing after construction.
/// </summary>
internal sealed class ChunkQueue
{
    private const int None = -1;
    private readonly byte[][] chunks;
    private readonly int[] lengths;
    private readonly int[] order;
    private readonly int[] nextFree;
    private int current;
    private int topFree = None; // taken from by the worker only, so that what it has read of the top stays true while the top is the same
    private long head; // written by the worker only
    private long tail; // written by the writer only

    /// <summary>Takes all memory at once.</summary>
    /// <param name="count">Number of chunks, at least two.</param>
    /// <param name="size">Bytes of each.</param>
    public ChunkQueue(int count, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        chunks = [.. Enumerable.Range(0, count).Select(_ => GC.AllocateUninitializedArray<byte>(size))];
        (lengths, order, nextFree) = (new int[count], new int[count], new int[count]);
        // The system gives a page when it is first written: not while the worker waits for it.
        foreach (var chunk in chunks)
            chunk.AsSpan().Fill(byte.MaxValue);
        for (var chunk = 1; chunk < count; chunk++)
            Free(chunk);
    }

    /// <summary>The chunk that the worker fills.</summary>
    public byte[] Current => chunks[current];

    /// <summary>Hands the current chunk over; the worker only.</summary>
    /// <returns>False if no other is free: the chunk stays as it is.</returns>
    public bool TryHandOver(int length)
    {
        if (!TryTake(out var free))
            return false;
        lengths[current] = length;
        order[head % order.Length] = current;
        current = free;
        Volatile.Write(ref head, head + 1);
        return true;
    }

    /// <summary>The oldest chunk that was handed over; the writer only.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        if (Volatile.Read(ref head) == tail)
            return false;
        var oldest = order[tail % order.Length];
        chunk = chunks[oldest].AsSpan(0, lengths[oldest]);
        return true;
    }

    /// <summary>Gives back the chunk that <see cref="TryPeek"/> has shown; the writer only.</summary>
    public void Remove()
    {
        var oldest = order[tail % order.Length];
        Volatile.Write(ref tail, tail + 1);
        Free(oldest);
    }

    private void Free(int chunk)
    {
        int top;
        do
        {
            top = Volatile.Read(ref topFree);
            nextFree[chunk] = top;
        }
        while (Interlocked.CompareExchange(ref topFree, chunk, top) != top);
    }

    private bool TryTake(out int chunk)
    {
        do
        {
            chunk = Volatile.Read(ref topFree);
            if (chunk == None)
                return false;
        }
        while (Interlocked.CompareExchange(ref topFree, nextFree[chunk], chunk) != chunk);
        return true;
    }
}
