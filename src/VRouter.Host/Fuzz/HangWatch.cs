namespace VRouter.Host.Fuzz;

/// <summary>
/// Looks, on a thread of its own, whether a run takes too much processor time; time in which the machine does something else does not count. A run that never ends
/// cannot be stopped from outside, so the input is written and the process ends.
/// </summary>
internal sealed class HangWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Timer timer;
    private readonly TimeSpan limit;
    private readonly Action<byte[], TimeSpan> onHang;
    private readonly Lock looking = new();
    private byte[]? running;
    private long number;
    private long lastNumber;
    private TimeSpan begun;

    /// <summary>Begins to look.</summary>
    /// <param name="limit">The most processor time of the process that may pass within a run.</param>
    /// <param name="onHang">Told of a run that takes longer, once.</param>
    public HangWatch(TimeSpan limit, Action<byte[], TimeSpan> onHang)
    {
        (this.limit, this.onHang) = (limit, onHang);
        timer = new Timer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>A run begins.</summary>
    public void Begin(byte[] input)
    {
        Volatile.Write(ref number, number + 1);
        Volatile.Write(ref running, input);
    }

    /// <summary>The run has ended.</summary>
    public void End() => Volatile.Write(ref running, null);

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Look()
    {
        lock (looking)
        {
            var used = Environment.CpuUsage.TotalTime;
            if (Volatile.Read(ref number) != lastNumber)
            {
                (lastNumber, begun) = (number, used);
                return;
            }

            if (used - begun > limit && Volatile.Read(ref running) is { } input && Interlocked.CompareExchange(ref running, null, input) == input)
                onHang(input, used - begun);
        }
    }
}
