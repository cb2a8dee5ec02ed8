namespace VRouter.Host.Daemon;

/// <summary>The threads of a router's workers, "worker-0" and so on.</summary>
public sealed class WorkerThreads : IDisposable
{
    private readonly List<WorkerThread> threads;

    /// <summary>Starts a thread for each worker.</summary>
    /// <param name="group">The workers.</param>
    /// <param name="spin">How long each looks for more before it sleeps.</param>
    /// <param name="failed">Called on a worker's thread if it ends by an exception, which is a defect of the router.</param>
    public WorkerThreads(WorkerGroup group, TimeSpan spin, Action<Exception>? failed = null) =>
        threads = [.. group.Workers.Select((worker, index) => new WorkerThread(worker, $"worker-{index}", spin, failed))];

    /// <summary>Ends all threads. None may still wake another one when that is gone, so they stop first.</summary>
    public void Dispose()
    {
        threads.ForEach(thread => thread.Stop());
        threads.ForEach(thread => thread.Dispose());
    }
}
