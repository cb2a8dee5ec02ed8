using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Host.Configuration;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>
/// The workers of a router. Each has an engine, frames, counters and a queue of each port of its own; they forward by the same tables and tell one another of
/// neighbors, and share nothing else. Every method may be called by any thread.
/// </summary>
/// <param name="workers">The workers, at least one, that report to one <see cref="Core.Tables.Quiescence"/>; the group disposes of them.</param>
public sealed class WorkerGroup(IReadOnlyList<Worker> workers) : IDisposable
{
    /// <summary>The workers, by index.</summary>
    public IReadOnlyList<Worker> Workers => workers;

    /// <summary>Where all of them report after each pass, so that tables may change in place.</summary>
    public Quiescence Quiescence => workers[0].Quiescence;

    /// <summary>Number of workers.</summary>
    public int Count => workers.Count;

    /// <summary>Makes workers; their memory is taken at once.</summary>
    /// <param name="count">Number of workers.</param>
    /// <param name="frames">Frames of each.</param>
    /// <param name="frameCapacity">The longest frame in bytes.</param>
    /// <param name="options">Seeds and limits of the whole router, which the workers part among them.</param>
    public static WorkerGroup Create(int count, int frames, int frameCapacity, EngineOptions options)
    {
        var quiescence = new Quiescence();
        var exchange = count > 1 ? new NeighborExchange(count) : null;
        return new WorkerGroup([.. Enumerable.Range(0, count).Select(index => new Worker(
            new FramePool(frames, frameCapacity, FrameBuffers.LargeCount), options with { Share = new EngineShare(index, count), Seat = exchange?.Seats[index] }, quiescence))]);
    }

    /// <summary>Gives each worker its queue of a port.</summary>
    /// <param name="index">The port's index in the tables; it must be free.</param>
    /// <param name="queues">One for each worker.</param>
    /// <returns>Done when all workers have it.</returns>
    public Task AttachPort(int index, IReadOnlyList<IPort> queues)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(queues.Count, Count, nameof(queues));
        return Task.WhenAll(workers.Select((worker, number) => worker.AttachPort(index, queues[number])));
    }

    /// <summary>Lets go of a port; the caller disposes of its queues once the task is done.</summary>
    public Task DetachPort(int index) => Task.WhenAll(workers.Select(worker => worker.DetachPort(index)));

    /// <summary>From each worker's next pass on, frames are forwarded by these tables.</summary>
    public void Publish(ForwardingTables tables)
    {
        foreach (var worker in workers)
            worker.Engine.Tables = tables;
    }

    /// <summary>Done when no pass is under way any more that began before this call.</summary>
    public Task SettleAsync() => Task.WhenAll(workers.Select(worker => worker.Invoke(() => { })));

    /// <summary>
    /// Reads something of each worker between two of its passes, so that what it counted adds up. A frame stays with one worker: so do the sums.
    /// </summary>
    /// <param name="read">Called on each worker's thread with the worker and its index.</param>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(Func<Worker, int, T> read)
    {
        var results = new T[Count];
        await Task.WhenAll(workers.Select((worker, index) => worker.Invoke(() => results[index] = read(worker, index)))).ConfigureAwait(false);
        return results;
    }

    /// <summary>Drops by reason, over all workers, of frames that the port of this index received.</summary>
    public ValueList<long> DropsOfPort(int index) => workers
        .Select(worker => worker.Engine.Counters.DropsOfPort(index))
        .OfType<IReadOnlyList<long>>()
        .Aggregate((IReadOnlyList<long>)[], (sum, drops) => [.. drops.Select((count, reason) => count + (reason < sum.Count ? sum[reason] : 0))])
        .ToValueList();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var worker in workers)
            worker.Dispose();
    }
}
