using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// <para>
/// Does: turns a packet into the ICMP error about it (RFC 792, RFC 1812 §4.3): from the node's address, TTL 64, with as much of the packet as fits into 576
/// bytes; not faster than its limit, and never about what RFC 1812 §4.3.2.7 excepts. Of a super-frame its first segment is the packet.
/// </para>
/// <para>
/// Needs: <c>Reason</c>, one that causes an ICMP error; <c>IcmpMtu</c> for Fragmentation Needed, <c>IcmpPointer</c> for Parameter Problem; the packet, of which the end may be cut off,
/// <c>EncapsulationLength</c> bytes into the frame.
/// </para>
/// <para>Sets: <c>LocallyGenerated</c>; clears what was noted about the packet.</para>
/// <para>Next: ip4-lookup. Drops: IcmpNotAllowed, IcmpRateLimited, NoHeadroom.</para>
/// </summary>
public sealed class IcmpErrorOutput : Stage
{
    /// <summary>RFC 1812 §4.3.2.3: the longest ICMP error.</summary>
    public const int MaximumLength = 576;

    private const int HeadersLength = IPv4Header.MinimumSize + IcmpHeader.Size;
    private const byte Ttl = 64;

    // RFC 1812 §4.3.2.5: the packet's own type of service, with precedence 6 (internetwork control). The ECN bits stay zero: only a transport that reacts to
    // congestion may set them (RFC 3168 §5).
    private const byte TypeOfServiceMask = 0x1c;
    private const byte InternetworkControl = 0xc0;

    private readonly IcmpErrorLimiter limiter;
    private readonly ushort identificationStep;
    private ushort identification;

    /// <summary>Serves one worker.</summary>
    public IcmpErrorOutput(IcmpErrorOptions? options = null)
        : base(StageNames.IcmpError, StageNames.IPv4Lookup)
    {
        options ??= new IcmpErrorOptions();
        limiter = new IcmpErrorLimiter(options);
        identification = options.FirstIdentification;
        identificationStep = options.IdentificationStep;
    }

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            vector.Verdicts[i] = Output(vector[i], context);
            context.Shrink(vector, i);
        }
    }

    // RFC 1812 §4.3.2.7.
    private static bool IsAllowed(Frame frame, IPv4Header header, ReadOnlySpan<byte> packet, ForwardingTables tables)
    {
        var source = header.Source;
        var destination = header.Destination;
        if (header.IsLaterFragment || (frame.Metadata.Flags & FrameFlags.LinkBroadcast) != 0)
            return false;
        if (destination.IsMulticast || destination == IPv4Address.LimitedBroadcast || IsSubnetBroadcast(destination, frame.Metadata, tables))
            return false;
        if (source.IsThisNetwork || source.IsLoopback || source.IsMulticast || source.IsClassE || IsSubnetBroadcast(source, frame.Metadata, tables))
            return false;
        // Nor to ourselves: what the router sends it need not be told about. And a router without an address cannot be the source.
        if (tables.NodeAddress == IPv4Address.Any || source == tables.NodeAddress || tables.LocalAddresses.Contains(source))
            return false;
        return header.Protocol != IpProtocol.Icmp || (packet.Length > header.HeaderLength && IcmpType.IsQuery(packet[header.HeaderLength]));
    }

    // Of the subnets that the packet came from or was about to enter.
    private static bool IsSubnetBroadcast(IPv4Address address, in FrameMetadata metadata, ForwardingTables tables)
    {
        if (IsBroadcastOf(metadata.RxPort, address, tables))
            return true;
        return (uint)metadata.Adjacency < (uint)tables.Adjacencies.Length
            && tables.Adjacencies[metadata.Adjacency] is { Kind: AdjacencyKind.Connected } connected
            && IsBroadcastOf(connected.Port, address, tables);
    }

    private static bool IsBroadcastOf(int port, IPv4Address address, ForwardingTables tables) =>
        (uint)port < (uint)tables.Ports.Length
        && tables.Ports[port] is { Role: PortRole.Uplink, Subnet: { Length: > 0 and < 31 } subnet }
        && (address == subnet.Last || address == subnet.Network);

    private static (byte Type, byte Code) TypeOf(IcmpReply reply) => reply switch
    {
        IcmpReply.NetworkUnreachable => (IcmpType.DestinationUnreachable, IcmpUnreachableCode.Network),
        IcmpReply.HostUnreachable => (IcmpType.DestinationUnreachable, IcmpUnreachableCode.Host),
        IcmpReply.ProtocolUnreachable => (IcmpType.DestinationUnreachable, IcmpUnreachableCode.Protocol),
        IcmpReply.PortUnreachable => (IcmpType.DestinationUnreachable, IcmpUnreachableCode.Port),
        IcmpReply.FragmentationNeeded => (IcmpType.DestinationUnreachable, IcmpUnreachableCode.FragmentationNeeded),
        IcmpReply.ReassemblyTimeExceeded => (IcmpType.TimeExceeded, IcmpTimeExceededCode.Reassembly),
        IcmpReply.ParameterProblem => (IcmpType.ParameterProblem, 0),
        _ => (IcmpType.TimeExceeded, IcmpTimeExceededCode.Transit),
    };

    private Verdict Output(Frame frame, StageContext context)
    {
        ref var metadata = ref frame.Metadata;
        var reply = DropReasons.IcmpReplyOf(metadata.Reason);
        if (reply == IcmpReply.None || metadata.EncapsulationLength > metadata.Length)
            return Verdict.Drop(DropReason.IcmpNotAllowed);
        frame.TrimFront(metadata.EncapsulationLength);
        if ((metadata.Flags & FrameFlags.SuperFrame) != 0)
        {
            if (!SuperFrames.TryPlan(frame, network: 0, out var plan))
                return Verdict.Drop(DropReason.IcmpNotAllowed);
            SuperFrames.KeepOne(frame, plan, 0);
        }

        var packet = frame.Bytes;
        if (IPv4Header.ParseQuoted(packet, out var header) != DropReason.None
            || header.TotalLength < header.HeaderLength
            || !IsAllowed(frame, header, packet, context.Tables))
            return Verdict.Drop(DropReason.IcmpNotAllowed);
        if (frame.HeadroomLeft < HeadersLength)
            return Verdict.Drop(DropReason.NoHeadroom);
        if (!limiter.TryTake(header.Source, reply == IcmpReply.FragmentationNeeded, context.Now))
            return Verdict.Drop(DropReason.IcmpRateLimited);
        Write(frame, header, reply, context.Tables.NodeAddress);
        Forget(ref metadata);
        return Verdict.To(0);
    }

    private void Write(Frame frame, IPv4Header about, IcmpReply reply, IPv4Address from)
    {
        var (to, tos) = (about.Source, (byte)((about.TosEcn & TypeOfServiceMask) | InternetworkControl));
        frame.Truncate(Math.Min(Math.Min(frame.Metadata.Length, about.TotalLength), MaximumLength - HeadersLength));
        var packet = frame.Prepend(HeadersLength);
        IPv4Header.Write(packet, (ushort)packet.Length, IpProtocol.Icmp, from, to, Ttl, tos, identification);
        identification += identificationStep;
        var (type, code) = TypeOf(reply);
        var rest = reply switch
        {
            IcmpReply.FragmentationNeeded => frame.Metadata.IcmpMtu,
            IcmpReply.ParameterProblem => IcmpHeader.PointerWord(frame.Metadata.IcmpPointer),
            _ => 0u,
        };
        IcmpHeader.Write(packet[IPv4Header.MinimumSize..], type, code, rest);
    }

    // The frame is a new packet now; only whose account it is on stays.
    private static void Forget(ref FrameMetadata metadata)
    {
        metadata.Flags = (metadata.Flags & FrameFlags.Originated) | FrameFlags.LocallyGenerated;
        metadata.Reason = DropReason.None;
        metadata.TxPort = -1;
        metadata.Adjacency = IFib.NoRoute;
        metadata.NextHop = 0;
        metadata.FlowHash = 0;
        metadata.IcmpMtu = 0;
        metadata.IcmpPointer = 0;
        metadata.EncapsulationLength = 0;
        metadata.TunnelDepth = 0;
    }
}
