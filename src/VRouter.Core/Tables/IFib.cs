using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>
/// The forwarding information base: longest-prefix match from IPv4 address to adjacency index. Any number of readers, none of which ever waits:
/// a lookup that runs beside an update sees the route before or after it, never a mixture. Threads that read while a writer changes routes in place report to the
/// writer's <see cref="Quiescence"/>, if it has one.
/// </summary>
public interface IFib
{
    /// <summary>The result where no route matches: adjacency 0 is "no route" in every table.</summary>
    const int NoRoute = 0;

    /// <summary>Number of prefixes.</summary>
    int Count { get; }

    /// <summary>Looks up one address.</summary>
    /// <returns>The adjacency index of the longest matching prefix, or <see cref="NoRoute"/>.</returns>
    int Lookup(IPv4Address address);

    /// <summary>Looks up a batch of addresses, given in host byte order.</summary>
    /// <param name="addresses">Addresses, any number.</param>
    /// <param name="adjacencies">One adjacency index for each address is written here; at least as long as <paramref name="addresses"/>.</param>
    void Lookup(ReadOnlySpan<uint> addresses, Span<int> adjacencies);
}
