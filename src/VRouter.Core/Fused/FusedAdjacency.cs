using VRouter.Core.Tables;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>An <see cref="Adjacency"/> with its port and tunnel, compiled to what is asked for each frame, in wire order where it is written to the frame.</summary>
internal readonly struct FusedAdjacency
{
    private static long lastSerial;

    /// <summary>No other adjacency that was ever compiled has the same; 0: none was, <see cref="Action"/> is None.</summary>
    public readonly long Serial;

    /// <summary>The bits of <see cref="FusedPacket.Marks"/> of which only <see cref="FusedPacket.Simple"/> may be set in what is simply forwarded here.</summary>
    public readonly uint MarksAsked;

    public readonly FusedAction Action;
    public readonly bool IsConnected;
    public readonly bool LeavesByUplink;
    public readonly bool HasMac;
    public readonly short Port;

    /// <summary>The largest packet before encapsulation, whatever <see cref="PathMtu"/> says.</summary>
    public readonly int Mtu;

    /// <summary>The next hop's address, unless <see cref="IsConnected"/>.</summary>
    public readonly IPv4Address NextHop;

    /// <summary>Connected: the two addresses of the subnet that are not forwarded to; 0: none.</summary>
    public readonly uint SubnetBroadcast;
    public readonly uint SubnetNetwork;

    /// <summary>The next hop's MAC address, if <see cref="HasMac"/>.</summary>
    public readonly ulong Mac;

    /// <summary>The last 8 bytes of the Ethernet header.</summary>
    public readonly ulong SourceAndType;

    /// <summary>What is known of the tunnel's path.</summary>
    public readonly PathMtu? PathMtu;

    /// <summary>The tunnel's constant bytes.</summary>
    public readonly FusedEncapsulation Encapsulation;

    /// <summary>What <see cref="PathMtu"/> counts beside the packet.</summary>
    public readonly int Overhead;

    /// <summary>Compiles an adjacency.</summary>
    public FusedAdjacency(Adjacency adjacency, PortEntry?[] ports)
    {
        Serial = Interlocked.Increment(ref lastSerial);
        if (adjacency.Kind == AdjacencyKind.Multipath)
        {
            Action = FusedAction.Multipath;
            return;
        }

        if (adjacency.Kind is AdjacencyKind.Drop or AdjacencyKind.Local
            || (uint)adjacency.Port >= (uint)ports.Length || ports[adjacency.Port] is not { } port)
            return;
        switch (adjacency.Kind, adjacency.Tunnel)
        {
            case (AdjacencyKind.Ipip, { } tunnel):
                Action = FusedAction.Ipip;
                Encapsulation = FusedEncapsulation.Ipip(tunnel);
                break;
            case (AdjacencyKind.Vxlan, { } tunnel):
                Action = FusedAction.Vxlan;
                Encapsulation = FusedEncapsulation.Vxlan(tunnel);
                break;
            case (AdjacencyKind.Ipip or AdjacencyKind.Vxlan, null):
                return;
            default:
                Action = FusedAction.Plain;
                break;
        }

        Port = (short)adjacency.Port;
        Mtu = adjacency.Mtu;
        PathMtu = adjacency.Tunnel?.PathMtu;
        Overhead = adjacency.Tunnel?.Overhead ?? 0;
        NextHop = adjacency.NextHop;
        LeavesByUplink = port.Role == PortRole.Uplink;
        MarksAsked = FusedPacket.Simple | (LeavesByUplink ? FusedPacket.SharedWithHost : 0);
        SourceAndType = WireOrder.SourceAndType(port.Mac, EtherType.IPv4);
        IsConnected = adjacency.Kind == AdjacencyKind.Connected;
        if (IsConnected && port.Subnet.Length is > 0 and < 31)
            (SubnetBroadcast, SubnetNetwork) = (port.Subnet.Last.Value, port.Subnet.Network.Value);
        if (adjacency.NextHopMac is { } mac)
            (HasMac, Mac) = (true, WireOrder.Mac(mac));
    }
}
