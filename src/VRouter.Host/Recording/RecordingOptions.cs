namespace VRouter.Host.Recording;

/// <summary>How to record.</summary>
internal sealed record RecordingOptions
{
    /// <summary>Bytes of memory that all workers' chunks have together unless another number is given.</summary>
    public const long DefaultBufferBytes = 64 << 20;

    /// <summary>Bytes of a chunk.</summary>
    public const int ChunkBytes = 256 << 10;

    /// <summary>The node's name, for people.</summary>
    public string Node { get; init; } = "";

    /// <summary>Bytes of memory for what is not written to the file yet, over all workers.</summary>
    public long BufferBytes { get; init; } = DefaultBufferBytes;

    /// <summary>The recording ends before the file is longer than this; null: it may grow until the disk is full.</summary>
    public long? Limit { get; init; }

    /// <summary>True: a file of that name is replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>
    /// True: whoever changes tables is the thread that runs the workers, as in a simulation. False: each worker has a thread, which is stopped between two passes
    /// for a change.
    /// </summary>
    public bool IsSingleThreaded { get; init; }

    /// <summary>Nanoseconds from the workers' clock to 1970-01-01 UTC.</summary>
    public long ClockOffset { get; init; }
}
