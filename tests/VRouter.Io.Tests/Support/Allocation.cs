namespace VRouter.Io.Tests.Support;

/// <summary>Proves that a piece of the data path allocates nothing on the managed heap.</summary>
internal static class Allocation
{
    private const int Batches = 5;
    private const int RoundsPerBatch = 100;

    /// <summary>
    /// Fails if every batch of rounds allocated. The runtime itself allocates a few bytes on a thread now and then (to start tiered compilation), but
    /// not in batch after batch, while code that allocates per frame or per call does.
    /// </summary>
    public static void AssertNone(Action round)
    {
        for (var i = 0; i < 20; i++)
            round();
        var least = long.MaxValue;
        for (var batch = 0; batch < Batches && least > 0; batch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < RoundsPerBatch; i++)
                round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
