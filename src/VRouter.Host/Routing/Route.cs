using VRouter.Core.Tables;

namespace VRouter.Host.Routing;

/// <summary>What one source says about one prefix.</summary>
public sealed record Route(IPv4Prefix Prefix, RouteTarget Target, RouteSource Source)
{
    /// <summary>Lower is better; the source's unless given.</summary>
    public int Preference { get; init; } = Source.Preference;

    /// <summary>"192.168.121.0/26 via 172.16.199.114 ipip".</summary>
    public override string ToString() => $"{Prefix} {Target}";
}
