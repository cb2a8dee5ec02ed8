namespace VRouter.Host.Bench.Io;

/// <summary>How long round trips took, in microseconds.</summary>
/// <param name="Count">Round trips.</param>
/// <param name="Lost">Questions without an answer.</param>
/// <param name="P50">The median.</param>
/// <param name="P99">Of a hundred the longest.</param>
internal sealed record Percentiles(int Count, int Lost, double P50, double P99)
{
    /// <summary>Of the measured times; null if there is none.</summary>
    public static Percentiles? Of(List<double> microseconds, int lost)
    {
        if (microseconds.Count == 0)
            return null;
        microseconds.Sort();
        return new Percentiles(microseconds.Count, lost, At(0.5), At(0.99));

        double At(double share) => Math.Round(microseconds[Math.Min(microseconds.Count - 1, (int)(microseconds.Count * share))], 1);
    }
}
