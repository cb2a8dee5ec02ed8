using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>This node's VTEP.</summary>
public sealed record VxlanSettings
{
    /// <summary>The VXLAN network identifier, 24 bits: 4096 as Calico, 1 as flannel.</summary>
    public required uint Vni { get; init; }

    /// <summary>The UDP destination port: 4789 as Calico (RFC 7348), 8472 as flannel.</summary>
    public required ushort L4Port { get; init; }

    /// <summary>The VTEP's MAC address, the destination of inner frames to us.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>Refuse headers with reserved bits set, as Linux does; else ignore them, as RFC 7348 §5 says.</summary>
    public bool Strict { get; init; }
}
