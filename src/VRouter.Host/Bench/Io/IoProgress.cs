namespace VRouter.Host.Bench.Io;

/// <summary>Tells how far the benchmark is. Steps are announced before they begin.</summary>
/// <param name="total">How many steps there will be.</param>
/// <param name="show">Shown the share that is done, 0 to 1, and what is done now.</param>
internal sealed class IoProgress(int total, Action<double, string> show)
{
    private int done;

    /// <summary>A step begins.</summary>
    public void Begin(string what) => show(Math.Min(1, (double)done++ / total), what);
}
