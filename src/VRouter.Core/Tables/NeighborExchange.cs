namespace VRouter.Core.Tables;

/// <summary>
/// Keeps the neighbor tables of several workers in step. Each worker's table is its own, and is read and written by it alone; what one worker asks or
/// hears it tells the others through rings with one writer and one reader each. So an ARP reply reaches whoever waits for it, whichever worker received it.
/// </summary>
/// <remarks>
/// A ring that is full loses the notice, as a wire loses an ARP packet, and the same heals it: whoever waits asks again. What a worker tells, and when
/// another one takes it in, is an input of that other one's engine, like a frame.
/// </remarks>
public sealed class NeighborExchange
{
    private readonly NeighborSeat[] seats;

    /// <summary>Takes all memory at once.</summary>
    /// <param name="workers">Number of workers.</param>
    public NeighborExchange(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        var rings = new NoticeRing?[workers, workers];
        for (var from = 0; from < workers; from++)
        {
            for (var to = 0; to < workers; to++)
                rings[from, to] = from == to ? null : new NoticeRing();
        }

        seats = [.. Enumerable.Range(0, workers).Select(worker => new NeighborSeat(worker, rings))];
        foreach (var seat in seats)
            seat.Meet(seats);
    }

    /// <summary>Each worker's seat, by the worker's index.</summary>
    public IReadOnlyList<NeighborSeat> Seats => seats;
}
