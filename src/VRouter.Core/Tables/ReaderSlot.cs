using System.Runtime.InteropServices;

namespace VRouter.Core.Tables;

/// <summary>
/// One reader's place in a <see cref="Quiescence"/>. All calls come from the reader's thread, at moments when it holds nothing of the tables:
/// <see cref="Report"/> after each pass, <see cref="Leave"/> and <see cref="Enter"/> around a sleep, so that the writer need not wait for it.
/// </summary>
public sealed class ReaderSlot : IDisposable
{
    private const long Resting = long.MaxValue;

    private readonly Quiescence owner;
    private Line line;

    internal ReaderSlot(Quiescence owner) => this.owner = owner;

    internal long Seen => Volatile.Read(ref line.Seen);

    /// <summary>Says that nothing read so far is in use any more. Costs two loads and a store.</summary>
    // The store must follow the loads of the pass, and the loads of the next pass must follow that of the epoch: release and acquire say so.
    public void Report()
    {
        var epoch = owner.Epoch;
        if (line.Seen != epoch)
            Volatile.Write(ref line.Seen, epoch);
    }

    /// <summary>The reader reads nothing until <see cref="Enter"/>.</summary>
    public void Leave() => Volatile.Write(ref line.Seen, Resting);

    /// <summary>The reader reads again.</summary>
    // A full fence: a writer that does not see this store yet has unlinked before what this reader loads from here on.
    public void Enter() => Interlocked.Exchange(ref line.Seen, owner.Epoch);

    /// <summary>The reader is gone.</summary>
    public void Dispose()
    {
        Leave();
        owner.Unregister(this);
    }

    // Alone on its cache lines: a report must not slow another reader's.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Line
    {
        [FieldOffset(128)]
        public long Seen;
    }
}
