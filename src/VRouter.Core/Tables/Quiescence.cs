namespace VRouter.Core.Tables;

/// <summary>
/// Tells a writer when memory that it took out of a table can no longer be in any reader's hands. Each reader owns a <see cref="ReaderSlot"/> and reports
/// there between two passes, when it holds nothing of the tables. What was unlinked before a <see cref="Mark"/> may be used again once
/// <see cref="HasPassed"/> is true for that mark: every reader has reported since, or rests.
/// </summary>
public class Quiescence
{
    private readonly Lock registration = new();
    private volatile ReaderSlot[] slots = [];
    private long epoch = 1;

    /// <summary>Number of readers that report here.</summary>
    public int Readers => slots.Length;

    internal long Epoch => Volatile.Read(ref epoch);

    /// <summary>Adds a reader; it counts as active at once. Its slot belongs to one thread.</summary>
    public ReaderSlot Register()
    {
        lock (registration)
        {
            var slot = new ReaderSlot(this);
            slot.Enter();
            slots = [.. slots, slot];
            Interlocked.MemoryBarrier();
            return slot;
        }
    }

    /// <summary>Called after unlinking: the mark that all readers have to pass before the memory is used again.</summary>
    public long Mark() => Interlocked.Increment(ref epoch);

    /// <summary>True once every reader has reported after <paramref name="mark"/> was taken, or rests.</summary>
    public virtual bool HasPassed(long mark)
    {
        foreach (var slot in slots)
        {
            if (slot.Seen < mark)
                return false;
        }

        return true;
    }

    internal void Unregister(ReaderSlot slot)
    {
        lock (registration)
            slots = [.. slots.Where(other => other != slot)];
    }
}
