namespace VRouter.Host.Daemon;

/// <summary>
/// Gives ports their indices. An index that became free rests before it is given again, so that a frame that still waits somewhere for a
/// port that is gone never leaves through another one.
/// </summary>
public sealed class PortIndices
{
    /// <summary>How long an index rests; longer than any frame is held.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    // Frames carry their port's index in 16 bits.
    private const int Limit = short.MaxValue;

    private readonly Queue<(int Index, DateTimeOffset FreeAt)> resting = new();
    private int next;

    /// <summary>Takes an index.</summary>
    /// <returns>False if all are taken or resting.</returns>
    public bool TryTake(DateTimeOffset now, out int index)
    {
        if (resting.TryPeek(out var oldest) && oldest.FreeAt <= now)
        {
            index = resting.Dequeue().Index;
            return true;
        }

        index = next;
        if (next == Limit)
            return false;
        next++;
        return true;
    }

    /// <summary>Gives an index back.</summary>
    public void Return(int index, DateTimeOffset now) => resting.Enqueue((index, now + Rest));
}
