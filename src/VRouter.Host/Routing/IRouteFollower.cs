namespace VRouter.Host.Routing;

/// <summary>What keeps up with a <see cref="RouteTable"/>.</summary>
internal interface IRouteFollower
{
    /// <summary>
    /// Best routes have changed: called after the table has taken them all in, in the order of the changes, one call at a time; readers of the table wait. Each
    /// prefix stands once: first what was added or replaced, the longest first, then what was removed, the shortest first.
    /// </summary>
    void Apply(ReadOnlySpan<RouteChange> changes);
}
