using VRouter.Core.Tables;

namespace VRouter.Core.Fused;

/// <summary>What the fused path asks of the port that received a frame, in wire order where it compares bytes.</summary>
internal readonly struct FusedPort
{
    /// <summary>Compiles a port; null: it is gone.</summary>
    public FusedPort(PortEntry? entry, AddressSet localAddresses)
    {
        Entry = entry;
        if (entry is null)
            return;
        Mac = WireOrder.Mac(entry.Mac);
        IsWorkload = entry.Role == PortRole.Workload;
        HasHostStack = entry.HasHostStack;
        (AllowIpip, AllowVxlan) = (entry.AllowIpip, entry.AllowVxlan);
        if (IsWorkload && entry.WorkloadAddresses is [var first, ..] && !localAddresses.Contains(first))
            OwnAddress = first.Value;
        if (!IsWorkload && entry.Subnet.Length is > 0 and < 31)
            SubnetBroadcast = entry.Subnet.Last.Value;
    }

    /// <summary>The whole entry; null where the port is gone.</summary>
    public readonly PortEntry? Entry;

    /// <summary>The router's MAC address on the port, in wire order.</summary>
    public readonly ulong Mac;

    /// <summary>Workload: its first address, if that is none of the router's own; 0: none, ask <see cref="Entry"/>.</summary>
    public readonly uint OwnAddress;

    /// <summary>Uplink: an address that nobody may send from; 0: none.</summary>
    public readonly uint SubnetBroadcast;

    public readonly bool IsWorkload;

    public readonly bool HasHostStack;

    public readonly bool AllowIpip;

    public readonly bool AllowVxlan;
}
