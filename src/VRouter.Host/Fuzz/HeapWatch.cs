namespace VRouter.Host.Fuzz;

/// <summary>Looks now and then whether memory stays behind after runs: the live heap without the corpus, and what the process has beyond it.</summary>
internal sealed class HeapWatch
{
    private const int Interval = 20_000;
    private const long Allowance = 256 << 20;

    private long heapAtFirst;
    private long processAtFirst;

    /// <summary>Looks, if it is time.</summary>
    /// <param name="cases">Number of runs so far.</param>
    /// <param name="corpus">Inputs that are kept on purpose.</param>
    /// <returns>A finding if there is far more than at the first look.</returns>
    public Finding? FindGrowth(long cases, IReadOnlyList<byte[]> corpus)
    {
        if (cases % Interval != 0)
            return null;
        var heap = GC.GetTotalMemory(forceFullCollection: true) - corpus.Sum(input => (long)input.Length);
        var process = Environment.WorkingSet;
        if (heapAtFirst == 0)
            (heapAtFirst, processAtFirst) = (heap, process);
        return heap > heapAtFirst + Allowance ? Growth("the live heap", heapAtFirst, heap)
            : process > processAtFirst + (4 * Allowance) ? Growth("the process", processAtFirst, process)
            : null;
    }

    private static Finding Growth(string what, long before, long now) =>
        new(Oracles.Memory, $"{what} grew from {before >> 20} MiB to {now >> 20} MiB over many cases, of which this was the last");
}
