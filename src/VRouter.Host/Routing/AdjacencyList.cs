using VRouter.Core.Tables;

namespace VRouter.Host.Routing;

/// <summary>Numbers adjacencies in the order they are first met; equal ones share a number. Number 0 is "no route".</summary>
internal sealed class AdjacencyList
{
    private readonly List<Adjacency> items = [ForwardingTables.NoRouteAdjacency];
    private readonly Dictionary<Adjacency, int> indices = new() { [ForwardingTables.NoRouteAdjacency] = IFib.NoRoute };

    public int IndexOf(Adjacency adjacency)
    {
        if (indices.TryGetValue(adjacency, out var index))
            return index;
        index = items.Count;
        items.Add(adjacency);
        indices.Add(adjacency, index);
        return index;
    }

    public Adjacency At(int index) => items[index];

    public Adjacency[] ToArray() => [.. items];
}
