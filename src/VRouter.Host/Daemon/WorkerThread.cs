using System.Diagnostics;
using VRouter.Host.Configuration.Resources;
using VRouter.Io.Linux;

namespace VRouter.Host.Daemon;

/// <summary>
/// The thread that drives a <see cref="Worker"/>: while frames come it runs pass after pass, then it looks a little longer, then it sleeps in poll(2)
/// until a port is readable, a request is queued, or something is due by time (<see cref="Worker.NextPass"/>).
/// </summary>
public sealed class WorkerThread : IDisposable
{
    private const long Millisecond = 1_000_000;

    // Days without a timer are as good as for ever.
    private const long Longest = 3_600_000 * Millisecond;

    private readonly Worker worker;
    private readonly WorkerPoll poll = new();
    private readonly SpinBudget spin;
    private readonly Thread thread;
    private volatile bool stopping;
    private Exception? failure;

    /// <summary>Starts the thread.</summary>
    /// <param name="worker">The worker; the thread does not dispose of it.</param>
    /// <param name="name">The thread's name, as in top(1).</param>
    /// <param name="spin">How long it looks for more after the last frame before it sleeps, at most; null: <see cref="RouterConfiguration.DefaultSpin"/>.</param>
    /// <param name="failed">Called on the worker's thread if it ends by an exception, which is a defect of the router.</param>
    public WorkerThread(Worker worker, string name, TimeSpan? spin = null, Action<Exception>? failed = null)
    {
        this.worker = worker;
        // Who spins on the only core keeps everybody else from sending.
        this.spin = new SpinBudget(Environment.ProcessorCount == 1 ? 0 : (long)(spin ?? RouterConfiguration.DefaultSpin).TotalNanoseconds);
        if (worker.Seat is { } seat)
            seat.NoticeLeft = poll.Wake;
        worker.RequestQueued += poll.Wake;
        worker.PortsChanged += WatchPorts;
        thread = new Thread(() =>
        {
            try
            {
                Run();
            }
            catch (Exception exception)
            {
                failure = exception;
                failed?.Invoke(exception);
            }
            finally
            {
                worker.Readiness = null;
                worker.Rest();
            }
        })
        { Name = name, IsBackground = true };
        thread.Start();
    }

    /// <summary>The monotonic clock of every worker of this process, nanoseconds.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    /// <summary>Ends the thread after the pass that is under way. Others may still wake it.</summary>
    public void Stop()
    {
        stopping = true;
        poll.Wake();
        if (Thread.CurrentThread != thread)
            thread.Join();
    }

    /// <summary>As <see cref="Stop"/>; no worker that this one shares neighbors with may run any more.</summary>
    public void Dispose()
    {
        Stop();
        if (worker.Seat is { } seat)
            seat.NoticeLeft = null;
        worker.RequestQueued -= poll.Wake;
        worker.PortsChanged -= WatchPorts;
        poll.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => failure is null ? $"{thread.Name}: running" : $"{thread.Name}: {failure.Message}";

    private void WatchPorts()
    {
        poll.Watch(worker.Ports.Select((port, index) => (port?.Descriptor ?? -1, index)));
        worker.Readiness = poll.TellsReady ? poll : null;
    }

    private void Run()
    {
        WatchPorts();
        while (!stopping)
        {
            var now = Now;
            if (worker.RunOnce(now) > 0)
                spin.NoteFrames(now);
            else if (!spin.MayLookAgain(now))
            {
                var sleep = Math.Clamp(worker.NextPass(now) - now, 1, Longest);
                worker.Rest();
                poll.Wait((int)((sleep + Millisecond - 1) / Millisecond));
            }
        }
    }
}
