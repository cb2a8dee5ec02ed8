using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// <para>Does: checks the Ethernet header and takes it off; its bytes stay in the headroom.</para>
/// <para>Needs: a frame as received, <c>RxPort</c>.</para>
/// <para>Sets: <c>LinkBroadcast</c> for a group destination.</para>
/// <para>
/// Next: arp-input, ip4-input. Drops: EthernetTruncated, EthernetLengthField, MacSourceInvalid, MacNotOurs, VlanTagged, IPv6Unsupported,
/// EtherTypeUnsupported, PortDown.
/// </para>
/// </summary>
public sealed class EthernetInput() : Stage(StageNames.EthernetInput, StageNames.ArpInput, StageNames.IPv4Input)
{
    private const int ToArpInput = 0;
    private const int ToIPv4Input = 1;

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var ports = context.Tables.Ports;
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < frames.Length; i++)
        {
            var rxPort = frames[i].Metadata.RxPort;
            // Tables in which the port is gone may overtake the last frames that it received.
            verdicts[i] = (uint)rxPort < (uint)ports.Length && ports[rxPort] is { } port
                ? Input(frames[i], port)
                : Verdict.Drop(DropReason.PortDown);
        }
    }

    private static Verdict Input(Frame frame, PortEntry port)
    {
        var reason = EthernetHeader.Parse(frame.Bytes, out var header);
        if (reason != DropReason.None)
            return Verdict.Drop(reason);
        var source = header.Source;
        if (source.IsMulticast || source.IsZero)
            return Verdict.Drop(DropReason.MacSourceInvalid);
        var destination = header.Destination;
        if (destination.IsMulticast)
            frame.Metadata.Flags |= FrameFlags.LinkBroadcast;
        else if (destination != port.Mac)
            return Verdict.Drop(DropReason.MacNotOurs);

        switch (header.Type)
        {
            case EtherType.IPv4:
                frame.TrimFront(EthernetHeader.Size);
                return Verdict.To(ToIPv4Input);
            case EtherType.Arp:
                frame.TrimFront(EthernetHeader.Size);
                return Verdict.To(ToArpInput);
            case EtherType.IPv6:
                return Verdict.Drop(DropReason.IPv6Unsupported);
            case EtherType.Vlan or EtherType.QinQ:
                return Verdict.Drop(DropReason.VlanTagged);
            default:
                return Verdict.Drop(DropReason.EtherTypeUnsupported);
        }
    }
}
