using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Host.Bench.Io;

/// <summary>The frames that are sent, UDP from the pod to the far pod, and the check of what the far end gets.</summary>
internal static class TestFrames
{
    /// <summary>Bytes of the frame check sequence, which frames in memory do not have.</summary>
    public const int Fcs = 4;

    private const ushort FirstPort = 1024, DestinationPort = 9;
    private const byte Ttl = 64;

    /// <summary>Makes one frame for each flow.</summary>
    /// <param name="settings">Size and number.</param>
    /// <param name="nextHop">The MAC address of the node's side of the pod's wire.</param>
    public static byte[][] Make(IoSettings settings, MacAddress nextHop) => [.. Enumerable.Range(0, settings.Flows).Select(flow =>
    {
        var frame = new byte[settings.FrameSize - Fcs];
        EthernetHeader.Write(frame, nextHop, IoNetwork.PodMac, EtherType.IPv4);
        var packet = frame.AsSpan(EthernetHeader.Size);
        IPv4Header.Write(packet, (ushort)packet.Length, IpProtocol.Udp, IoNetwork.PodAddress, IoNetwork.FarPodAddress, Ttl);
        var datagram = packet[IPv4Header.MinimumSize..];
        for (var i = UdpHeader.Size; i < datagram.Length; i++)
            datagram[i] = (byte)(flow + i);
        UdpHeader.Write(datagram, (ushort)(FirstPort + flow), DestinationPort, (ushort)datagram.Length)
            .UpdateChecksum(IoNetwork.PodAddress, IoNetwork.FarPodAddress);
        return frame;
    })];

    /// <summary>Looks whether a frame at the far end is one of those sent, as a router must pass it on: encapsulated as asked, its TTL one less, all else as it was.</summary>
    /// <param name="received">From the Ethernet header on.</param>
    /// <param name="mode">The encapsulation that was asked for.</param>
    /// <param name="sent">The frames that were sent.</param>
    /// <param name="routes">False for a forwarder that only passes frames on: the TTL stays.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Check(byte[] received, IoMode mode, IReadOnlyList<byte[]> sent, bool routes)
    {
        if (EthernetHeader.Parse(received, out var ethernet) != DropReason.None || ethernet.Type != EtherType.IPv4)
            return "it is no IPv4 packet";
        if (ethernet.Destination != IoNetwork.FarMac)
            return $"it went to {ethernet.Destination} instead of {IoNetwork.FarMac}";
        if (!TryUnwrap(ethernet.Payload, mode, out var inner, out var problem))
            return problem;
        var expected = new byte[inner.Length];
        foreach (var frame in sent)
        {
            var packet = frame.AsSpan(EthernetHeader.Size);
            if (packet.Length != inner.Length)
                return $"its packet has {inner.Length} bytes instead of {packet.Length}";
            packet.CopyTo(expected);
            if (routes)
                IPv4Header.At(expected).DecrementTtl();
            if (inner.SequenceEqual(expected))
                return null;
        }

        return "its packet is none of those that were sent, with a TTL one less";
    }

    private static bool TryUnwrap(Span<byte> packet, IoMode mode, out Span<byte> inner, out string problem)
    {
        inner = default;
        problem = "";
        var reason = IPv4Header.Parse(packet, out var outer);
        if (reason != DropReason.None)
        {
            problem = $"its IPv4 header is not valid ({DropReasons.Label(reason)})";
            return false;
        }

        inner = outer.Packet;
        if (mode == IoMode.Plain)
            return true;
        problem = $"it is no {mode} packet from {IoNetwork.NodeAddress} to {IoNetwork.FarNodeAddress}";
        if (outer.Source != IoNetwork.NodeAddress || outer.Destination != IoNetwork.FarNodeAddress)
            return false;
        inner = outer.Payload;
        if (mode == IoMode.Ipip)
            return outer.Protocol == IpProtocol.IPv4;
        if (outer.Protocol != IpProtocol.Udp || UdpHeader.Parse(outer.Payload, out var udp) != DropReason.None || udp.DestinationPort != IoNetwork.VxlanPort
            || VxlanHeader.Parse(udp.Payload, out var vxlan) != DropReason.None || vxlan.Vni != IoNetwork.Vni)
            return false;
        if (udp.Checksum != 0 && !udp.HasTrueChecksum(outer.Source, outer.Destination))
        {
            problem = "its outer UDP checksum is wrong";
            return false;
        }

        if (EthernetHeader.Parse(vxlan.Payload, out var ethernet) != DropReason.None)
            return false;
        inner = ethernet.Payload;
        return true;
    }
}
