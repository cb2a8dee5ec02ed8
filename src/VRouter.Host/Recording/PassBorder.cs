using VRouter.Host.Daemon;

namespace VRouter.Host.Recording;

/// <summary>Stops all workers between two of their passes, so that each has seen nothing of a change before, and all of it after.</summary>
/// <param name="workers">The workers; each has a thread.</param>
internal sealed class PassBorder(IReadOnlyList<Worker> workers)
{
    // A pass takes microseconds, and a worker that sleeps wakes up at once. One that does not come has ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Makes a change. One caller at a time, which is no worker.</summary>
    /// <param name="arrived">Called on each worker's thread when it has stopped.</param>
    /// <param name="make">Makes the change. It may not wait for a worker.</param>
    /// <param name="unmet">Called before <paramref name="make"/> if a worker does not stop.</param>
    public void Pass(Action<Worker> arrived, Action make, Action unmet)
    {
        // Neither is disposed of: a worker may come late.
        var here = new CountdownEvent(workers.Count);
        var go = new ManualResetEventSlim();
        foreach (var worker in workers)
        {
            _ = worker.Invoke(() =>
            {
                worker.ReportQuiescent();
                arrived(worker);
                here.Signal();
                go.Wait();
            });
        }

        try
        {
            if (!here.Wait(Patience))
                unmet();
            make();
        }
        finally
        {
            go.Set();
        }
    }
}
