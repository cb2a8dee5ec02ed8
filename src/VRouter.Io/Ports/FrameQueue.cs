using System.Diagnostics.CodeAnalysis;

namespace VRouter.Io.Ports;

/// <summary>
/// A bounded queue of frames as bytes: one direction of a wire in memory. One thread may enqueue while another dequeues; nothing allocates after
/// construction.
/// </summary>
public sealed class FrameQueue
{
    private readonly byte[] bytes;
    private readonly int[] lengths;
    private readonly int mask;
    private int head; // written by the consumer only
    private int tail; // written by the producer only

    /// <summary>Takes the memory at once.</summary>
    /// <param name="capacity">Number of frames, a power of two.</param>
    /// <param name="maximumLength">The longest frame in bytes.</param>
    public FrameQueue(int capacity, int maximumLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumLength);
        if ((capacity & (capacity - 1)) != 0)
            throw new ArgumentException("The capacity must be a power of two.", nameof(capacity));
        MaximumLength = maximumLength;
        bytes = new byte[capacity * maximumLength];
        lengths = new int[capacity];
        mask = capacity - 1;
    }

    /// <summary>The longest frame in bytes.</summary>
    public int MaximumLength { get; }

    /// <summary>Frames that wait.</summary>
    public int Count => Volatile.Read(ref tail) - Volatile.Read(ref head);

    /// <summary>Appends a copy of a frame.</summary>
    /// <returns>False if the queue is full.</returns>
    /// <exception cref="ArgumentException">The frame is longer than <see cref="MaximumLength"/>.</exception>
    public bool TryEnqueue(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > MaximumLength)
            throw new ArgumentException($"A frame of {frame.Length} bytes; the longest is {MaximumLength}.", nameof(frame));
        if (tail - Volatile.Read(ref head) > mask)
            return false;
        var slot = tail & mask;
        frame.CopyTo(bytes.AsSpan(slot * MaximumLength));
        lengths[slot] = frame.Length;
        Volatile.Write(ref tail, tail + 1);
        return true;
    }

    /// <summary>The oldest frame, which stays in the queue until <see cref="Remove"/>.</summary>
    /// <returns>False if the queue is empty.</returns>
    public bool TryPeek(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (Volatile.Read(ref tail) == head)
            return false;
        var slot = head & mask;
        frame = bytes.AsSpan(slot * MaximumLength, lengths[slot]);
        return true;
    }

    /// <summary>Removes the oldest frame, which <see cref="TryPeek"/> has shown.</summary>
    public void Remove() => Volatile.Write(ref head, head + 1);

    /// <summary>Takes the oldest frame out as an array of its own; for tests and simulated hosts, not for the data path.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out byte[] frame)
    {
        frame = null;
        if (!TryPeek(out var view))
            return false;
        frame = view.ToArray();
        Remove();
        return true;
    }
}
