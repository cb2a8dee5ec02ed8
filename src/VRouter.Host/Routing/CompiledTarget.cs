namespace VRouter.Host.Routing;

/// <summary>A target that routes have, with the adjacency that it compiles to at present.</summary>
/// <param name="target">The target.</param>
internal sealed class CompiledTarget(RouteTarget target)
{
    /// <summary>The target.</summary>
    public RouteTarget Target { get; } = target;

    /// <summary>Number of its adjacency.</summary>
    public int Number { get; set; }

    /// <summary>How many routes lead there.</summary>
    public int Routes { get; set; }

    /// <summary>The routers that its next hops were looked up by.</summary>
    public uint[] Ways { get; set; } = [];
}
