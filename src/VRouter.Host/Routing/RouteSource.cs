namespace VRouter.Host.Routing;

/// <summary>Where routes come from. Of several routes to one prefix the one with the lowest preference is used.</summary>
/// <param name="Name">A short word for people, such as "resources".</param>
/// <param name="Preference">The preference of the source's routes, 0 or more; lower is better.</param>
public sealed record RouteSource(string Name, int Preference)
{
    /// <summary>The host's own addresses, the uplink's subnet and the default gateway.</summary>
    public static RouteSource Host { get; } = new("host", 0);

    /// <summary>Calico resources.</summary>
    public static RouteSource Resources { get; } = new("resources", 100);

    /// <summary>What a recording holds: the best routes of all sources.</summary>
    public static RouteSource Recording { get; } = new("recording", 0);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
