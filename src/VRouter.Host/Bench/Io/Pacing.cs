using System.Diagnostics;
using VRouter.Io.Traffic;

namespace VRouter.Host.Bench.Io;

/// <summary>Sends frames at an even rate, or as fast as they go.</summary>
internal static class Pacing
{
    private const int MostAtOnce = 32;
    private const double BatchesPerSecond = 20_000;

    /// <summary>Sends on the calling thread.</summary>
    /// <param name="sender">The sender.</param>
    /// <param name="framesPerSecond">The rate; null: without a limit.</param>
    /// <param name="duration">How long.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>Frames sent, and how long it took.</returns>
    public static (long Sent, double Seconds) Send(IFrameSender sender, double? framesPerSecond, TimeSpan duration, CancellationToken stop)
    {
        var before = sender.Sent;
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        long offered = 0;
        var batch = framesPerSecond is { } rate ? (int)Math.Clamp(rate / BatchesPerSecond, 1, MostAtOnce) : MostAtOnce;
        for (var now = start; now < end && !stop.IsCancellationRequested; now = Stopwatch.GetTimestamp())
        {
            var due = framesPerSecond is { } paced ? (long)((double)(now - start) / Stopwatch.Frequency * paced) - offered : MostAtOnce;
            if (due >= batch)
                offered += sender.Send((int)Math.Min(due, MostAtOnce));
            else
                Thread.SpinWait(1);
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        sender.Flush();
        stop.ThrowIfCancellationRequested();
        return (sender.Sent - before, seconds);
    }
}
