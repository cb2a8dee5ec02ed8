namespace VRouter.Host.Recording;

/// <summary>
/// Chunks of fixed size on their way from one worker to the thread that writes them: all of the memory is there from the start. The worker fills one, hands it over and
/// gets the next; it never waits: if the writer has not kept up, there is none. Takes no lock; allocates nothing after construction.
/// </summary>
internal sealed class ChunkRing
{
    private readonly byte[][] chunks;
    private readonly int[] lengths;
    private long head; // written by the worker only
    private long tail; // written by the writer only

    /// <summary>Takes all memory at once.</summary>
    /// <param name="count">Number of chunks, at least two.</param>
    /// <param name="size">Bytes of each.</param>
    public ChunkRing(int count, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        chunks = [.. Enumerable.Range(0, count).Select(_ => GC.AllocateUninitializedArray<byte>(size))];
        lengths = new int[count];
        // The system gives a page when it is first written: not while the worker waits for it.
        foreach (var chunk in chunks)
            chunk.AsSpan().Fill(byte.MaxValue);
    }

    /// <summary>The chunk that the worker fills.</summary>
    public byte[] Current => chunks[head % chunks.Length];

    /// <summary>Hands the current chunk over; the worker only.</summary>
    /// <returns>False if the next one is not free: the chunk stays as it is.</returns>
    public bool TryHandOver(int length)
    {
        if (head + 1 - Volatile.Read(ref tail) >= chunks.Length)
            return false;
        lengths[head % chunks.Length] = length;
        Volatile.Write(ref head, head + 1);
        return true;
    }

    /// <summary>The oldest chunk that was handed over; the writer only.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> chunk)
    {
        chunk = default;
        if (Volatile.Read(ref head) == tail)
            return false;
        chunk = chunks[tail % chunks.Length].AsSpan(0, lengths[tail % chunks.Length]);
        return true;
    }

    /// <summary>Gives back the chunk that <see cref="TryPeek"/> has shown; the writer only.</summary>
    public void Remove() => Volatile.Write(ref tail, tail + 1);
}
