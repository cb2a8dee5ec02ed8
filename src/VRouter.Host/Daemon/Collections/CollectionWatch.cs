namespace VRouter.Host.Daemon.Collections;

/// <summary>
/// Learns the pauses of each garbage collection of this process from <see cref="GC.GetGCMemoryInfo(GCKind)"/>, which tells of the last collection of each kind only. So it looks after each one: a
/// small object that nothing refers to is found dead by the next collection, and its finalizer looks and makes another. No timer, no event session, and nothing on the data path. For any thread.
/// </summary>
internal sealed class CollectionWatch : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(1);
    private static readonly GCKind[] Kinds = [GCKind.Ephemeral, GCKind.FullBlocking, GCKind.Background];
    private readonly Lock gate = new();
    private readonly long[] lastSeen = new long[Kinds.Length];
    private long firstCollection;
    private long firstFull;
    private TimeSpan firstTotal;
    private long seen;
    private long overMillisecond;
    private TimeSpan longest;
    private volatile bool isEnded;

    private CollectionWatch()
    {
    }

    /// <summary>Begins; collections before do not count.</summary>
    public static CollectionWatch Start()
    {
        var watch = new CollectionWatch();
        watch.Restart();
        Witness.Make(watch);
        return watch;
    }

    /// <summary>What has been seen since the start, or since <see cref="Restart"/>.</summary>
    public CollectionPauses Read()
    {
        lock (gate)
        {
            Look();
            var collections = GC.CollectionCount(0) - firstCollection;
            return new CollectionPauses(
                collections, GC.CollectionCount(GC.MaxGeneration) - firstFull, Math.Max(0, collections - seen), GC.GetTotalPauseDuration() - firstTotal, longest, overMillisecond);
        }
    }

    /// <summary>Begins anew.</summary>
    public void Restart()
    {
        lock (gate)
        {
            Look();
            (firstCollection, firstFull, firstTotal) = (GC.CollectionCount(0), GC.CollectionCount(GC.MaxGeneration), GC.GetTotalPauseDuration());
            (seen, overMillisecond, longest) = (0, 0, TimeSpan.Zero);
        }
    }

    /// <summary>Ends: the next collection is the last that it looks at.</summary>
    public void Dispose() => isEnded = true;

    private void Look()
    {
        foreach (var (place, kind) in Kinds.Index())
        {
            var info = GC.GetGCMemoryInfo(kind);
            if (info.Index <= lastSeen[place])
                continue;
            lastSeen[place] = info.Index;
            seen++;
            // A collection beside the program stops it twice.
            foreach (var pause in info.PauseDurations)
            {
                longest = pause > longest ? pause : longest;
                overMillisecond += pause > Long ? 1 : 0;
            }
        }
    }

    private sealed class Witness(CollectionWatch watch)
    {
        ~Witness()
        {
            lock (watch.gate)
                watch.Look();
            if (!watch.isEnded)
                Make(watch);
        }

        public static void Make(CollectionWatch watch) => _ = new Witness(watch);
    }
}
