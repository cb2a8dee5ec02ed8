namespace VRouter.Core.Tests;

/// <summary>Counts the bytes that a piece of the data path allocates on the managed heap.</summary>
internal static class Allocation
{
    private const int Batches = 5;

    /// <summary>
    /// Runs a piece in five batches.
    /// </summary>
    /// <returns>
    /// What the batch that allocated least did allocate. The runtime itself allocates a few bytes on a thread now and then (to start tiered compilation), but
    /// not in batch after batch, while code that allocates per frame or per call does.
    /// </returns>
    public static long LeastOfBatches(int roundsPerBatch, Action round)
    {
        var least = long.MaxValue;
        for (var batch = 0; batch < Batches; batch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < roundsPerBatch; i++)
                round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
