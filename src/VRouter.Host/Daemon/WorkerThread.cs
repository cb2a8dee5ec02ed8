using System.Diagnostics;
using VRouter.Io.Linux;

namespace VRouter.Host.Daemon;

/// <summary>
/// The thread that drives a <see cref="Worker"/>: while frames come it runs pass after pass, then it looks a little longer, then it sleeps in poll(2)
/// until a port is readable, a request is queued, or timers are to be looked at.
/// </summary>
public sealed class WorkerThread : IDisposable
{
    // Frames often come in trains: sleeping and waking between two of them costs more than looking again.
    private static readonly long SpinNanoseconds = 50_000;
    private const int TimerMilliseconds = 50;

    private readonly Worker worker;
    private readonly WorkerPoll poll = new();
    private readonly Thread thread;
    private volatile bool stopping;
    private Exception? failure;

    /// <summary>Starts the thread.</summary>
    /// <param name="worker">The worker; the thread does not dispose of it.</param>
    /// <param name="name">The thread's name, as in top(1).</param>
    /// <param name="failed">Called on the worker's thread if it ends by an exception, which is a defect of the router.</param>
    public WorkerThread(Worker worker, string name, Action<Exception>? failed = null)
    {
        this.worker = worker;
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
                worker.Rest();
            }
        })
        { Name = name, IsBackground = true };
        thread.Start();
    }

    /// <summary>The monotonic clock of every worker of this process, nanoseconds.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    /// <summary>Ends the thread after the pass that is under way.</summary>
    public void Dispose()
    {
        stopping = true;
        poll.Wake();
        if (Thread.CurrentThread != thread)
            thread.Join();
        worker.RequestQueued -= poll.Wake;
        worker.PortsChanged -= WatchPorts;
        poll.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => failure is null ? $"{thread.Name}: running" : $"{thread.Name}: {failure.Message}";

    private void WatchPorts() => poll.Watch(worker.Ports.Where(port => port is not null).Select(port => port!.Descriptor));

    private void Run()
    {
        WatchPorts();
        var lastFrames = Now;
        while (!stopping)
        {
            var now = Now;
            if (worker.RunOnce(now) > 0)
                lastFrames = now;
            else if (now - lastFrames > SpinNanoseconds)
            {
                worker.Rest();
                poll.Wait(TimerMilliseconds);
            }
        }
    }
}
