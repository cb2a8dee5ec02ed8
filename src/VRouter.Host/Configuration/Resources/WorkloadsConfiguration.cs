using VRouter.Core.Wire;

namespace VRouter.Host.Configuration.Resources;

/// <summary>spec.workloads of a RouterConfiguration: what holds for all workload ports.</summary>
public sealed record WorkloadsConfiguration
{
    /// <summary>auto, af-packet, af-xdp or tap.</summary>
    public PortDriver Driver { get; init; }

    /// <summary>The router's MAC address on workload ports.</summary>
    public MacAddress Mac { get; init; } = MacAddress.WorkloadGateway;
}
