using VRouter.Core.Wire;

namespace VRouter.Host.Tests.Daemon;

/// <summary>What each address's packets may become, and from which change to which: for a writer that changes routes and a reader that checks beside it.</summary>
internal sealed class RouteHistory(IReadOnlyList<IPv4Address> addresses)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPv4Address, List<Period>> periods = addresses.ToDictionary(address => address, _ => new List<Period>());
    private long begun;
    private long done;

    /// <summary>The last change that has ended.</summary>
    public long Done => Volatile.Read(ref done);

    /// <summary>The last change that has begun.</summary>
    public long Begun => Volatile.Read(ref begun);

    /// <summary>A change begins: from now on these results are allowed too.</summary>
    public void Begin(Func<IPv4Address, string[]> results)
    {
        var expected = addresses.Select(address => (address, results(address))).ToList();
        lock (gate)
        {
            Volatile.Write(ref begun, begun + 1);
            foreach (var (address, now) in expected)
            {
                var all = periods[address];
                if (all.Count == 0 || !all[^1].Results.SequenceEqual(now))
                    all.Add(new Period(now, begun));
            }
        }
    }

    /// <summary>The change has been made: what it replaced is not allowed any more in passes that begin later.</summary>
    public void End()
    {
        lock (gate)
        {
            Volatile.Write(ref done, begun);
            foreach (var all in periods.Values)
            {
                for (var earlier = 0; earlier < all.Count - 1; earlier++)
                    all[earlier].Until = Math.Min(all[earlier].Until, begun);
            }
        }
    }

    /// <summary>Whether a pass from after change <paramref name="first"/> to before the end of change <paramref name="last"/> may have had this result.</summary>
    public bool Allows(IPv4Address address, string result, long first, long last)
    {
        lock (gate)
            return periods[address].Any(period => period.Since <= last && period.Until > first && period.Results.Contains(result));
    }

    private sealed class Period(string[] results, long since)
    {
        public string[] Results { get; } = results;

        public long Since { get; } = since;

        public long Until { get; set; } = long.MaxValue;
    }
}
