using VRouter.Core.Tables;

namespace VRouter.Host.Bench;

/// <summary>All addresses that at least one of some prefixes covers, for drawing from them with equal likelihood.</summary>
internal sealed class CoveredSpace
{
    private readonly uint[] firsts;
    private readonly long[] before;

    /// <summary>Joins the prefixes.</summary>
    /// <param name="prefixes">In any order; they may be nested or equal.</param>
    /// <param name="without">Addresses to leave out.</param>
    public CoveredSpace(IEnumerable<IPv4Prefix> prefixes, params IPv4Prefix[] without)
    {
        var starts = new List<uint>();
        var sums = new List<long>();
        var holes = Ranges(without);
        foreach (var (first, last) in Ranges(prefixes))
        {
            var from = first;
            foreach (var hole in holes)
            {
                if (hole.Last < from || hole.First > last)
                    continue;
                Add(from, hole.First - 1);
                from = hole.Last + 1;
            }

            Add(from, last);
        }

        (firsts, before) = ([.. starts], [.. sums]);

        void Add(long first, long last)
        {
            if (first > last)
                return;
            starts.Add((uint)first);
            sums.Add(Count);
            Count += last - first + 1;
        }
    }

    /// <summary>Number of addresses.</summary>
    public long Count { get; private set; }

    /// <summary>Draws one address.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public uint Draw(Random random)
    {
        if (Count == 0)
            throw new InvalidOperationException("No address is covered.");
        var number = random.NextInt64(Count);
        var range = Array.BinarySearch(before, number);
        if (range < 0)
            range = ~range - 1;
        return firsts[range] + (uint)(number - before[range]);
    }

    // Joined, ascending.
    private static List<(long First, long Last)> Ranges(IEnumerable<IPv4Prefix> prefixes)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (var prefix in prefixes.Order())
        {
            var (first, last) = ((long)prefix.Network.Value, (long)prefix.Last.Value);
            if (ranges.Count > 0 && first <= ranges[^1].Last + 1)
                ranges[^1] = (ranges[^1].First, Math.Max(last, ranges[^1].Last));
            else
                ranges.Add((first, last));
        }

        return ranges;
    }
}
