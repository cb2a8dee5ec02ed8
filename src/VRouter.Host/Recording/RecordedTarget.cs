using System.Text.Json;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Routing;

namespace VRouter.Host.Recording;

/// <summary>As <see cref="RouteTarget"/>.</summary>
internal sealed record RecordedTarget
{
    /// <summary>"local", "workload", "connected", "via", "blackhole" or "unreachable".</summary>
    public required string Kind { get; init; }

    /// <summary>workload, connected: the interface.</summary>
    public string? Interface { get; init; }

    /// <summary>workload: its address.</summary>
    public IPv4Address? Address { get; init; }

    /// <summary>workload: its MAC address, if resources tell it.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>via: one or more.</summary>
    public IReadOnlyList<RecordedNextHop>? NextHops { get; init; }

    /// <summary>Describes a target.</summary>
    public static RecordedTarget Of(RouteTarget target) => target switch
    {
        RouteTarget.Local => new RecordedTarget { Kind = "local" },
        RouteTarget.Workload workload => new RecordedTarget
        {
            Kind = "workload", Interface = workload.Interface, Address = workload.Address, Mac = workload.Mac,
        },
        RouteTarget.Connected connected => new RecordedTarget { Kind = "connected", Interface = connected.Interface },
        RouteTarget.Via via => new RecordedTarget { Kind = "via", NextHops = [.. via.NextHops.Select(RecordedNextHop.Of)] },
        RouteTarget.Blackhole => new RecordedTarget { Kind = "blackhole" },
        RouteTarget.Unreachable => new RecordedTarget { Kind = "unreachable" },
        _ => throw new ArgumentException($"No name for {target.GetType().Name}.", nameof(target)),
    };

    /// <summary>The target.</summary>
    /// <exception cref="JsonException">A value is missing, or there is no such kind.</exception>
    public RouteTarget ToTarget() => Kind switch
    {
        "local" => new RouteTarget.Local(),
        "workload" when Interface is not null && Address is { } address => new RouteTarget.Workload(Interface, address, Mac),
        "connected" when Interface is not null => new RouteTarget.Connected(Interface),
        "via" when NextHops is { Count: > 0 } => new RouteTarget.Via(NextHops.Select(hop => hop.ToNextHop()).ToValueList()),
        "blackhole" => new RouteTarget.Blackhole(),
        "unreachable" => new RouteTarget.Unreachable(),
        _ => throw new JsonException($"a target '{Kind}' is unknown or lacks a value"),
    };
}
