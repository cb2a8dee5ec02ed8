using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// Does: cuts a packet into fragments that fit the path's MTU (RFC 791 §3.2): all but the last carry a multiple of 8 bytes, later ones only the options
/// that have the copied flag. A packet that is a fragment itself is cut further. The received frame becomes the last fragment; the others are
/// originated and go before it, in order.
/// Needs: a valid packet without DF, longer than the effective MTU of <c>Adjacency</c>; <c>TxPort</c>, <c>NextHop</c>. Sets: nothing; fragments get the packet's metadata.
/// Next: ethernet-rewrite, ipip-encap, vxlan-encap. Drops: FragmentationImpossible, NoBuffer.
/// </summary>
public sealed class IPv4Fragment() : Stage(StageNames.IPv4Fragment, ForwardEdge.Names)
{
    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            vector.Verdicts[i] = Fragment(vector[i], context);
            context.Shrink(vector, i);
        }
    }

    private static Verdict Fragment(Frame frame, StageContext context)
    {
        var adjacency = context.Tables.Adjacencies[frame.Metadata.Adjacency];
        var mtu = adjacency.EffectiveMtu(context.Now);
        var header = IPv4Header.At(frame.Bytes);

        // The header of the later fragments: the fixed part and the options to be copied.
        Span<byte> laterBytes = stackalloc byte[IPv4Header.MaximumSize];
        header.Bytes[..IPv4Header.MinimumSize].CopyTo(laterBytes);
        var laterLength = IPv4Header.MinimumSize + CopyOptions(header.Options, laterBytes[IPv4Header.MinimumSize..]);
        laterBytes = laterBytes[..laterLength];
        laterBytes[0] = (byte)(0x40 | (laterLength / 4));

        var firstLength = header.HeaderLength;
        var data = header.Payload;
        var firstData = (mtu - firstLength) & ~7;
        var laterData = (mtu - laterLength) & ~7;
        if (firstData <= 0 || laterData <= 0)
            return Verdict.Drop(DropReason.FragmentationImpossible);
        // The last one need not end at a multiple of 8.
        var lastData = mtu - laterLength;
        var count = 2 + ((Math.Max(0, data.Length - firstData - lastData) + laterData - 1) / laterData);
        if (context.Pool.Available < count - 1)
            return Verdict.Drop(DropReason.NoBuffer);

        // All fragments have to follow one path, which only the whole packet's ports tell.
        PacketFlowHash.Of(frame, context.Tables);
        var verdict = ForwardEdge.Of(adjacency.Kind);
        var start = header.FragmentOffset;
        var position = 0;
        while (true)
        {
            var room = position == 0 ? firstData : laterData;
            if (data.Length - position <= (position == 0 ? mtu - firstLength : lastData))
                break;
            if (!context.TryOriginate(out var fragment))
                return Verdict.Drop(DropReason.NoBuffer);
            Fill(fragment, frame, position == 0 ? header.Bytes : laterBytes, data.Slice(position, room), start + position, context);
            context.Emit(fragment, verdict);
            position += room;
        }

        // Another worker may have renewed the path's MTU since ip4-forward looked at it.
        if (position == 0)
            return verdict;
        MakeLast(frame, laterBytes, firstLength + position, start + position);
        return verdict;
    }

    private static void Fill(Frame fragment, Frame packet, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data, int offset, StageContext context)
    {
        var bytes = fragment.Reset(context.Pool, header.Length + data.Length);
        header.CopyTo(bytes);
        data.CopyTo(bytes[header.Length..]);
        ref var metadata = ref fragment.Metadata;
        ref var source = ref packet.Metadata;
        metadata.RxPort = source.RxPort;
        metadata.TxPort = source.TxPort;
        metadata.Adjacency = source.Adjacency;
        metadata.FlowHash = source.FlowHash;
        metadata.NextHop = source.NextHop;
        metadata.TunnelDepth = source.TunnelDepth;
        metadata.Flags |= source.Flags;
        metadata.TraceId = source.TraceId;
        metadata.ReceivedAt = source.ReceivedAt;
        var view = IPv4Header.At(bytes);
        view.TotalLength = (ushort)bytes.Length;
        view.FragmentOffset = offset;
        view.MoreFragments = true;
        view.UpdateChecksum();
    }

    // The last fragment's data stand at the end of the packet already; its header, no longer than the first one, goes right in front of them.
    private static void MakeLast(Frame frame, ReadOnlySpan<byte> header, int dataStart, int offset)
    {
        frame.TrimFront(dataStart - header.Length);
        var bytes = frame.Bytes;
        header.CopyTo(bytes);
        var view = IPv4Header.At(bytes);
        view.TotalLength = (ushort)bytes.Length;
        view.FragmentOffset = offset;
        view.UpdateChecksum();
    }

    // What follows a malformed option is left out; so are paddings between options.
    private static int CopyOptions(Span<byte> options, Span<byte> destination)
    {
        var copied = 0;
        var walk = new IPv4OptionWalk(options);
        while (walk.MoveNext())
        {
            if (!IPv4OptionType.IsCopied(walk.Type))
                continue;
            walk.Option.CopyTo(destination[copied..]);
            copied += walk.Option.Length;
        }

        var padded = (copied + 3) & ~3;
        destination[copied..padded].Clear();
        return padded;
    }
}
