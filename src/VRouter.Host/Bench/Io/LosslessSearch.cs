namespace VRouter.Host.Bench.Io;

/// <summary>
/// Finds the highest rate at which nothing is lost, by halving (as RFC 2544 §26.1 does): a rate passes if every frame of a trial arrives. On a machine that does other things too a
/// trial can fail for reasons that are not the forwarder's, so that each rate has a second chance.
/// </summary>
internal static class LosslessSearch
{
    /// <summary>Rates that are tried at most.</summary>
    public const int Steps = 7;

    private const double LeastStep = 0.02;

    /// <summary>Searches below a rate.</summary>
    /// <param name="ceiling">Frames per second that are too many, or just not.</param>
    /// <param name="passes">Runs a trial at a rate.</param>
    /// <returns>Frames per second; 0 if none of the rates that were tried has passed.</returns>
    public static async Task<double> RunAsync(double ceiling, Func<double, Task<bool>> passes)
    {
        var (low, high) = (0.0, ceiling * 1.05);
        for (var step = 0; step < Steps && high - low > ceiling * LeastStep; step++)
        {
            // The first guess is near the ceiling: a good forwarder loses nothing until shortly before.
            var rate = step == 0 ? ceiling * 0.9 : (low + high) / 2;
            if (await passes(rate).ConfigureAwait(false) || await passes(rate).ConfigureAwait(false))
                low = rate;
            else
                high = rate;
        }

        return low;
    }
}
