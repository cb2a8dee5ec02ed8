namespace VRouter.Core.Tables;

/// <summary>
/// Gives out the units of one <see cref="TrieMemory"/>. A chunk of up to a cache line never crosses into the next line, a longer one starts a line. Chunks that
/// readers may still be in are retired: they are given out again after the readers' quiescence, or never if there is none to ask.
/// </summary>
internal sealed class ChunkSpace(int units, Quiescence? quiescence)
{
    private const int UnitsPerLine = 8;

    private readonly Stack<uint>?[] free = new Stack<uint>[TrieChunk.MaxUnits + 1];
    private readonly Queue<(long Mark, uint Unit, int Units)> retired = [];
    private int next;

    /// <summary>Units in chunks that are neither retired nor free.</summary>
    public int LiveUnits { get; private set; }

    /// <summary>Chunks given out a second time.</summary>
    public long Reused { get; private set; }

    /// <summary>Chunks that wait for readers.</summary>
    public int Retired => retired.Count;

    /// <summary>Takes a chunk of at least two units.</summary>
    /// <returns>False if there is no room.</returns>
    public bool TryTake(int size, out uint unit)
    {
        if (free[size] is { Count: > 0 } same)
        {
            unit = same.Pop();
            Reused++;
        }
        else
        {
            var gap = (UnitsPerLine - (next % UnitsPerLine)) % UnitsPerLine;
            if (size <= gap || gap == 0)
                gap = 0;
            if (next + gap + size > units)
            {
                unit = 0;
                return false;
            }

            if (gap >= 2)
                Release((uint)next, gap);
            unit = (uint)(next + gap);
            next += gap + size;
        }

        LiveUnits += size;
        return true;
    }

    /// <summary>Chunks that were unlinked go back once all readers have passed <paramref name="mark"/>.</summary>
    public void Retire(long mark, uint unit, int size)
    {
        LiveUnits -= size;
        if (quiescence is not null)
            retired.Enqueue((mark, unit, size));
    }

    /// <summary>Makes retired chunks available that no reader can be in any more.</summary>
    public void Reclaim()
    {
        var passed = 0L;
        while (retired.TryPeek(out var chunk))
        {
            if (chunk.Mark > passed)
            {
                if (!quiescence!.HasPassed(chunk.Mark))
                    return;
                passed = chunk.Mark;
            }

            Release(chunk.Unit, chunk.Units);
            retired.Dequeue();
        }
    }

    private void Release(uint unit, int size) => (free[size] ??= new Stack<uint>()).Push(unit);
}
