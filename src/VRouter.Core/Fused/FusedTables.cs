using VRouter.Core.Tables;

namespace VRouter.Core.Fused;

/// <summary>What the fused path reads of a <see cref="ForwardingTables"/>: the same, compiled to flat arrays.</summary>
internal sealed class FusedTables
{
    private readonly AdjacencyTable adjacencies;

    /// <summary>Compiles: cost grows with the ports and the router's own addresses.</summary>
    public FusedTables(ForwardingTables tables)
    {
        Source = tables;
        (LocalAddresses, IpipPeers, VxlanPeers) = (tables.LocalAddresses, tables.IpipPeers, tables.VxlanPeers);
        adjacencies = tables.AdjacencyTable;
        VxlanL4Ports = [.. tables.VxlanL4Ports.Concat(tables.Vxlan is { } own ? [own.L4Port] : []).Distinct().Select(WireOrder.UInt16)];
        var vtepL4Port = tables.Vxlan is { } settings ? WireOrder.UInt16(settings.L4Port) : (ushort?)null;
        Ports = [.. tables.Ports.Select(port => new FusedPort(port, tables.LocalAddresses, VxlanL4Ports, vtepL4Port))];
        if (tables.Vxlan is not { } vtep)
            return;
        HasVtep = true;
        VtepL4Port = WireOrder.UInt16(vtep.L4Port);
        VtepMac = WireOrder.Mac(vtep.Mac);
        VxlanHeader = Wire.VxlanHeader.VniFlag | ((ulong)WireOrder.UInt32(vtep.Vni << 8) << 32);
        VxlanHeaderMask = vtep.Strict ? ulong.MaxValue : Wire.VxlanHeader.VniFlag | ((ulong)WireOrder.UInt32(Wire.VxlanHeader.MaximumVni << 8) << 32);
    }

    /// <summary>What this was compiled from.</summary>
    public readonly ForwardingTables Source;

    /// <summary>All addresses of the router itself.</summary>
    public readonly AddressSet LocalAddresses;

    /// <summary>Nodes whose IPIP packets are accepted.</summary>
    public readonly AddressSet IpipPeers;

    /// <summary>Nodes whose VXLAN packets are accepted.</summary>
    public readonly AddressSet VxlanPeers;

    /// <summary>By port index.</summary>
    public readonly FusedPort[] Ports;

    /// <summary>By adjacency index. Read after the lookup, as <see cref="ForwardingTables.Adjacencies"/>.</summary>
    public FusedAdjacency[] Adjacencies => adjacencies.Fused;

    /// <summary>UDP ports that a workload's packets count as VXLAN for, in wire order.</summary>
    public readonly ushort[] VxlanL4Ports;

    /// <summary>False while VXLAN is not in use.</summary>
    public readonly bool HasVtep;

    /// <summary>The VTEP's UDP port, in wire order.</summary>
    public readonly ushort VtepL4Port;

    /// <summary>The VTEP's MAC address, in wire order.</summary>
    public readonly ulong VtepMac;

    /// <summary>The header that a VXLAN packet must have, in the bits of <see cref="VxlanHeaderMask"/>.</summary>
    public readonly ulong VxlanHeader;

    /// <summary>All bits in the strict profile; else the I flag and the VNI.</summary>
    public readonly ulong VxlanHeaderMask;
}
