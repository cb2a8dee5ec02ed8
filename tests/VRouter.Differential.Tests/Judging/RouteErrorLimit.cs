using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Judging;

/// <summary>
/// Counts for each source how many errors about missing and unreachable routes it has caused. Linux sends it five at once and then one a second
/// (net.ipv4.route.error_burst and error_cost, which hold for the whole host), so that from the sixth on its silence proves nothing; nor at the fifth, since an error that does not
/// come out of either router can have taken one of the five.
/// </summary>
internal sealed class RouteErrorLimit
{
    private const int Certain = 4;
    private readonly Dictionary<uint, int> errors = [];

    /// <summary>True if Linux may hold back an error about a route to the case's (inner) source.</summary>
    public bool IsReached(IReadOnlyList<PortFrame> sent) => SourceOf(sent[0]) is { } source && errors.GetValueOrDefault(source) + sent.Count > Certain;

    /// <summary>Counts the errors about routes that a case caused in either router; a hint of one is enough.</summary>
    public void Note(IReadOnlyList<PortFrame> sent, RouterOutput ours, IReadOnlyList<PortFrame> linux)
    {
        var count = Math.Max(
            ours.Drops.Any(reason => reason is DropReason.NoRoute or DropReason.RouteUnreachable) ? sent.Count : 0,
            linux.Count(frame => Outcome.KindOf(frame) is { } kind && (kind.Contains("icmp 3/0", StringComparison.Ordinal) || kind.Contains("icmp 3/1", StringComparison.Ordinal))));
        if (count > 0 && SourceOf(sent[0]) is { } source)
            errors[source] = errors.GetValueOrDefault(source) + count;
    }

    private static uint? SourceOf(PortFrame frame)
    {
        var start = EthernetHeader.Size;
        var bytes = frame.Frame.AsSpan();
        if (!frame.IsIPv4 || IPv4Header.Parse(bytes[start..], out var header) != DropReason.None)
            return null;
        start += header.HeaderLength + UdpHeader.Size + VxlanHeader.Size + EthernetHeader.Size;
        return header.Destination == Node && header.Protocol == IpProtocol.Udp && bytes.Length > start && IPv4Header.ParseQuoted(bytes[start..], out var inner) == DropReason.None
            ? inner.Source.Value
            : header.Source.Value;
    }

    private static readonly IPv4Address Node = IPv4Address.Parse(TwinNetwork.NodeAddress);
}
