using System.Diagnostics;

namespace VRouter.Host.Daemon.WarmUp;

/// <summary>
/// Has the code of the data path compiled while the rest of a router starts, so that its first packets do not wait for that: on a thread of its own, for a bounded
/// time. A failure is a warning in the log and nothing else.
/// </summary>
internal sealed class RouterWarmUp
{
    /// <summary>The longest time from beginning to end, but for the method that is being compiled at that moment.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(500);

    private readonly DaemonLog log;
    private readonly TimeSpan bound;
    private readonly Action<RouterWarmUp> work;
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RouterWarmUp(DaemonLog log, TimeSpan bound, Action<RouterWarmUp> work)
    {
        this.log = log;
        this.bound = bound;
        this.work = work;
    }

    /// <summary>The time is over: the work ends as soon as it can.</summary>
    public bool IsOver => Stopwatch.GetElapsedTime(began) >= bound;

    /// <summary>Begins.</summary>
    /// <param name="log">Told of a failure.</param>
    public static RouterWarmUp Begin(DaemonLog log) => Begin(log, Bound, CompileDataPath);

    /// <summary>Begins some work of at most a given time.</summary>
    internal static RouterWarmUp Begin(DaemonLog log, TimeSpan bound, Action<RouterWarmUp> work)
    {
        var warmUp = new RouterWarmUp(log, bound, work);
        new Thread(warmUp.Run) { Name = "warm-up", IsBackground = true }.Start();
        return warmUp;
    }

    /// <summary>Done when every path was run once, or the time is over.</summary>
    public Task EndAsync() => done.Task;

    private static void CompileDataPath(RouterWarmUp warmUp)
    {
        using var router = new WarmRouter();
        var isOver = () => warmUp.IsOver;
        router.RunAll(isOver);
        PortCode.Compile(isOver);
        // More would not make it faster: the runtime counts calls for its second tier only when nothing new was compiled for 100 ms, which is after the start.
        router.RunUsual(isOver);
    }

    private void Run()
    {
        try
        {
            work(this);
        }
        catch (Exception failure)
        {
            log.Warning($"warm-up: {failure.Message}; the first packets wait until the code that treats them is compiled");
        }
        finally
        {
            done.SetResult();
        }
    }
}
