namespace VRouter.Host.Bench.Lpm;

/// <summary>Measures the FIB by itself: rounds of all kinds of traffic in turn, then updates.</summary>
internal static class LpmBench
{
    // Enough for a median, and no longer than some seconds.
    private const int MostPhases = 40;

    /// <summary>Measures on the calling thread, which should be pinned to the core of <paramref name="settings"/>.</summary>
    /// <exception cref="OperationCanceledException">Somebody asked for the end.</exception>
    public static LpmReport Run(LpmData data, LpmSettings settings, HostFacts host, int[] allowedCores, BenchProgress progress, CancellationToken stop)
    {
        var begun = DateTimeOffset.UtcNow;
        var noise = new NoiseMeter();
        progress.Say("building the table and warming up");
        var measurement = new LpmMeasurement(data);
        stop.ThrowIfCancellationRequested();
        var rates = data.Traffic.Keys.ToDictionary(traffic => traffic, _ => new List<double>());
        var dependent = new List<double>();
        noise.Calibrate();
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var (traffic, values) in rates)
            {
                stop.ThrowIfCancellationRequested();
                values.Add(Spread.Of(measurement.Batches(traffic)).Median);
            }

            dependent.Add(measurement.Dependent());
            noise.Calibrate();
            progress.Count("round", round + 1, settings.Rounds);
        }

        stop.ThrowIfCancellationRequested();
        progress.Say("updating routes");
        var updates = measurement.Updates();
        stop.ThrowIfCancellationRequested();
        progress.Say("looking up beside 10,000 updates a second");
        var others = allowedCores.Where(core => core != settings.Core).ToArray();
        (double Slowdown, double Rate)? beside = others.Length > 0 ? measurement.Disturbed(Math.Min(2 * settings.Rounds, MostPhases), others) : null;
        return new LpmReport(
            "lpm",
            begun,
            host,
            settings,
            noise.Report(),
            [.. rates.OrderBy(entry => LpmData.DestinationsOf(entry.Key) ?? int.MaxValue).Select(entry => Report(entry.Key, Spread.Of(entry.Value)))],
            Spread.Of(dependent),
            measurement.BuildSeconds,
            measurement.ReaderBytes,
            measurement.MemoryBytes,
            updates,
            beside?.Slowdown * 100,
            beside?.Rate);
    }

    private static TrafficReport Report(string traffic, Spread rates) => new(traffic, LpmData.DestinationsOf(traffic), rates, rates.Under(1000));
}
