using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Tables;

/// <summary>The slow table that clever ones are compared with: tries all lengths, the longest first.</summary>
internal sealed class NaiveFib
{
    private readonly Dictionary<IPv4Prefix, int> routes = [];

    public int Count => routes.Count;

    public void Set(IPv4Prefix prefix, int adjacency) => routes[prefix] = adjacency;

    public bool Remove(IPv4Prefix prefix) => routes.Remove(prefix);

    public int Lookup(IPv4Address address)
    {
        for (var length = 32; length >= 0; length--)
        {
            if (routes.TryGetValue(new IPv4Prefix(address, length), out var adjacency))
                return adjacency;
        }

        return IFib.NoRoute;
    }
}
