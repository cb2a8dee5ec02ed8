using VRouter.Core.Wire;
using VRouter.Host.Configuration;

namespace VRouter.Host.Routing;

/// <summary>What a route does with packets: one of the nested types. Equal targets are equal values.</summary>
public abstract record RouteTarget
{
    private RouteTarget()
    {
    }

    /// <summary>The packet is for this router.</summary>
    public sealed record Local : RouteTarget
    {
        /// <inheritdoc/>
        public override string ToString() => "local";
    }

    /// <summary>The packet is for a workload of this node.</summary>
    /// <param name="Interface">The host's end of the workload's interface.</param>
    /// <param name="Address">The workload's address.</param>
    /// <param name="Mac">The workload's MAC address; null: ARP finds it.</param>
    public sealed record Workload(string Interface, IPv4Address Address, MacAddress? Mac) : RouteTarget
    {
        /// <inheritdoc/>
        public override string ToString() => $"dev {Interface}";
    }

    /// <summary>The destination itself is a neighbor on the uplink.</summary>
    public sealed record Connected(string Interface) : RouteTarget
    {
        /// <inheritdoc/>
        public override string ToString() => $"dev {Interface} connected";
    }

    /// <summary>The packet goes on to another router; of several next hops each flow takes one.</summary>
    public sealed record Via(ValueList<NextHop> NextHops) : RouteTarget
    {
        /// <summary>A single next hop.</summary>
        public Via(NextHop nextHop)
            : this([nextHop])
        {
        }

        /// <inheritdoc/>
        public override string ToString() => string.Join(" ", NextHops);
    }

    /// <summary>The packet is dropped silently.</summary>
    public sealed record Blackhole : RouteTarget
    {
        /// <inheritdoc/>
        public override string ToString() => "blackhole";
    }

    /// <summary>The packet is dropped and its sender told.</summary>
    public sealed record Unreachable : RouteTarget
    {
        /// <inheritdoc/>
        public override string ToString() => "unreachable";
    }
}
