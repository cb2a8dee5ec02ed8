using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Network;

/// <summary>VXLAN packets as the peer node sends them.</summary>
internal static class VxlanFrames
{
    private const ushort SourcePort = 50000;
    private const ushort Port = 4789;

    /// <summary>A frame from the peer's VTEP to the router's, around an IPv4 packet. The UDP checksum is 0: none.</summary>
    public static byte[] FromPeer(byte[] inner, byte tosEcn = 0) =>
        Around(FrameBuilder.Ethernet(TwinNetwork.PeerVtep, TwinNetwork.Vtep, EtherType.IPv4, inner), tosEcn);

    /// <summary>A frame around an inner frame.</summary>
    public static byte[] Around(byte[] innerFrame, byte tosEcn = 0, string source = TwinNetwork.VxlanNode)
    {
        var datagram = new byte[UdpHeader.Size + VxlanHeader.Size + innerFrame.Length];
        innerFrame.CopyTo(datagram, UdpHeader.Size + VxlanHeader.Size);
        UdpHeader.Write(datagram, SourcePort, Port, (ushort)datagram.Length);
        VxlanHeader.Write(datagram.AsSpan(UdpHeader.Size), TwinNetwork.Vni);
        var packet = FrameBuilder.IPv4(source, TwinNetwork.NodeAddress, IpProtocol.Udp, datagram, tosEcn: tosEcn);
        return FrameBuilder.Ethernet(TwinNetwork.NeighborMac(3), TwinNetwork.UplinkMac, EtherType.IPv4, packet);
    }
}
