using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Io.Netlink;

/// <summary>An IPv4 route of the kernel.</summary>
/// <param name="Prefix">Its destination.</param>
/// <param name="NextHops">Where it leads: one entry, several for a multipath route, none for a blackhole and the like.</param>
/// <param name="Table">The table's number: 254 is main, 255 local.</param>
/// <param name="Type">What is done with matching packets.</param>
/// <param name="Protocol">RTPROT_*: 2 kernel, 3 boot, 4 static, 12 BIRD.</param>
/// <param name="Metric">RTA_PRIORITY; the lower wins.</param>
/// <param name="PreferredSource">The source address that the host uses on this route, if it is set.</param>
public sealed record KernelRoute(
    IPv4Prefix Prefix,
    IReadOnlyList<KernelNextHop> NextHops,
    uint Table,
    KernelRouteType Type,
    byte Protocol,
    uint Metric,
    IPv4Address? PreferredSource)
{
    /// <summary>RT_TABLE_MAIN.</summary>
    public const uint MainTable = 254;

    /// <summary>RT_TABLE_LOCAL.</summary>
    public const uint LocalTable = 255;

    /// <inheritdoc/>
    public bool Equals(KernelRoute? other) =>
        other is not null && Prefix == other.Prefix && Table == other.Table && Type == other.Type && Protocol == other.Protocol
        && Metric == other.Metric && PreferredSource == other.PreferredSource && NextHops.SequenceEqual(other.NextHops);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prefix, Table, Type, Protocol, Metric, NextHops.Count);
}
