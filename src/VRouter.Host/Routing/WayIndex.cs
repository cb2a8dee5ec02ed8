using VRouter.Core.Tables;

namespace VRouter.Host.Routing;

/// <summary>Which targets were compiled by looking up which routers, so that a change of a route finds those that it may concern.</summary>
internal sealed class WayIndex
{
    // Sorted; the targets of each stand at the same place.
    private readonly List<uint> routers = [];
    private readonly List<HashSet<CompiledTarget>> users = [];

    /// <summary>Notes a target's ways.</summary>
    public void Add(CompiledTarget target)
    {
        foreach (var router in target.Ways)
        {
            var place = routers.BinarySearch(router);
            if (place < 0)
            {
                place = ~place;
                routers.Insert(place, router);
                users.Insert(place, []);
            }

            users[place].Add(target);
        }
    }

    /// <summary>Forgets a target's ways.</summary>
    public void Remove(CompiledTarget target)
    {
        foreach (var router in target.Ways)
        {
            var place = routers.BinarySearch(router);
            if (place < 0 || !users[place].Remove(target) || users[place].Count > 0)
                continue;
            routers.RemoveAt(place);
            users.RemoveAt(place);
        }
    }

    /// <summary>Adds to <paramref name="concerned"/> the targets that were compiled by a lookup of an address in the prefix.</summary>
    public void Find(IPv4Prefix prefix, HashSet<CompiledTarget> concerned)
    {
        var place = routers.BinarySearch(prefix.Network.Value);
        for (place = place < 0 ? ~place : place; place < routers.Count && routers[place] <= prefix.Last.Value; place++)
            concerned.UnionWith(users[place]);
    }
}
