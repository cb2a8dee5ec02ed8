using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Judging;

/// <summary>
/// Tells fragments that are addressed to the router, on a link or out of VXLAN. The kernel keeps incomplete ones, so that such a case cannot be tried twice, and random ones would meet
/// each other.
/// </summary>
internal static class FragmentsToRouter
{
    private static readonly IPv4Address Node = IPv4Address.Parse(TwinNetwork.NodeAddress);

    /// <summary>True if one of the frames is such a fragment.</summary>
    public static bool AreIn(IReadOnlyList<PortFrame> frames) => frames.Any(frame => frame.IsIPv4 && Is(frame.Frame.AsSpan(EthernetHeader.Size)));

    private static bool Is(Span<byte> packet)
    {
        if (IPv4Header.ParseQuoted(packet, out var header) != DropReason.None || header.Destination.IsMulticast)
            return false;
        // A broadcast is the router's too.
        var isOurs = header.Destination == Node || header.Destination == IPv4Address.Parse(TwinNetwork.SubnetBroadcast) || header.Destination == IPv4Address.LimitedBroadcast;
        if (!isOurs)
            return false;
        var inner = header.HeaderLength + UdpHeader.Size + VxlanHeader.Size + EthernetHeader.Size;
        return header.IsFragment || (header.Protocol == IpProtocol.Udp && packet.Length > inner && Is(packet[inner..]));
    }
}
