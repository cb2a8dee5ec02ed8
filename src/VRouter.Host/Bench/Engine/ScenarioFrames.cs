using VRouter.Core.Wire;

namespace VRouter.Host.Bench.Engine;

/// <summary>Writes the frames of a scenario: UDP to or from the pod, each with a flow of its own.</summary>
internal static class ScenarioFrames
{
    /// <summary>Bytes of the frame check sequence, which is counted in sizes, and never in memory.</summary>
    public const int FcsSize = 4;

    private const int FirstPort = 1024;
    private const int FirstVxlanSourcePort = 49_152;
    private const int VxlanSourcePorts = 16_384;

    /// <summary>A frame from the pod.</summary>
    public static byte[] FromPod(IPv4Address destination, int flow, int size)
    {
        var frame = new byte[size - FcsSize];
        EthernetHeader.Write(frame, MacAddress.WorkloadGateway, ScenarioNetwork.PodMac, EtherType.IPv4);
        WriteUdpPacket(frame.AsSpan(EthernetHeader.Size), ScenarioNetwork.Pod, destination, flow);
        return frame;
    }

    /// <summary>A frame from a peer whose tunnel holds a packet to the pod.</summary>
    public static byte[] FromTunnel(ForwardingPath path, IPv4Address source, int peer, int flow, int size)
    {
        var isIpip = path == ForwardingPath.IpipDecap;
        var inner = new byte[size - FcsSize - EthernetHeader.Size];
        WriteUdpPacket(inner, source, ScenarioNetwork.Pod, flow);
        var outerLength = isIpip ? IPv4Header.MinimumSize : IPv4Header.MinimumSize + UdpHeader.Size + VxlanHeader.Size + EthernetHeader.Size;
        var frame = new byte[EthernetHeader.Size + outerLength + inner.Length];
        EthernetHeader.Write(frame, ScenarioNetwork.NodeMac, ScenarioNetwork.PeerMac(peer), EtherType.IPv4);
        var outer = frame.AsSpan(EthernetHeader.Size);
        inner.CopyTo(outer[outerLength..]);
        var remote = ScenarioNetwork.PeerAddress(peer);
        IPv4Header.Write(outer, (ushort)outer.Length, isIpip ? IpProtocol.IPv4 : IpProtocol.Udp, remote, ScenarioNetwork.Node, ttl: 64);
        if (isIpip)
            return frame;
        var udp = outer[IPv4Header.MinimumSize..];
        var vxlan = udp[UdpHeader.Size..];
        VxlanHeader.Write(vxlan, ScenarioNetwork.Vni);
        EthernetHeader.Write(vxlan[VxlanHeader.Size..], ScenarioNetwork.VtepMac, ScenarioNetwork.PeerMac(peer), EtherType.IPv4);
        UdpHeader.Write(udp, (ushort)(FirstVxlanSourcePort + (flow % VxlanSourcePorts)), ScenarioNetwork.VxlanL4Port, (ushort)udp.Length)
            .UpdateChecksum(remote, ScenarioNetwork.Node);
        return frame;
    }

    /// <summary>A peer's answer to the node's ARP request.</summary>
    public static byte[] ArpReply(int peer)
    {
        var reply = new byte[EngineWorkload.LeastFrameSize - FcsSize];
        EthernetHeader.Write(reply, ScenarioNetwork.NodeMac, ScenarioNetwork.PeerMac(peer), EtherType.Arp);
        ArpHeader.Write(
            reply.AsSpan(EthernetHeader.Size),
            ArpOperation.Reply,
            ScenarioNetwork.PeerMac(peer),
            ScenarioNetwork.PeerAddress(peer),
            ScenarioNetwork.NodeMac,
            ScenarioNetwork.Node);
        return reply;
    }

    private static void WriteUdpPacket(Span<byte> packet, IPv4Address source, IPv4Address destination, int flow)
    {
        packet.Clear();
        var udpLength = (ushort)(packet.Length - IPv4Header.MinimumSize);
        IPv4Header.Write(packet, (ushort)packet.Length, IpProtocol.Udp, source, destination, ttl: 64);
        UdpHeader.Write(packet[IPv4Header.MinimumSize..], (ushort)(FirstPort + (flow % (ushort.MaxValue - FirstPort))), 53, udpLength)
            .UpdateChecksum(source, destination);
    }
}
