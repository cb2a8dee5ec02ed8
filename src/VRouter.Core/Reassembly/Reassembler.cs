using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Core.Reassembly;

/// <summary>
/// Holds fragments until their datagram is complete, within bounds: of frames, datagrams, fragments of a datagram, one sender's share, and time. Overlaps are not
/// resolved but refused, with the whole datagram (RFC 1858, RFC 5722); so a datagram is complete when the bytes that came are as many as it has. What comes
/// last becomes the whole datagram; the fragments before it are delivered.
/// </summary>
/// <param name="options">The bounds.</param>
/// <param name="complete">What becomes of a datagram that is complete.</param>
internal sealed class Reassembler(ReassemblyOptions options, Verdict complete)
{
    private readonly PendingDatagrams datagrams = new(options.Datagrams);
    private readonly HeldFragments fragments = new(options.Frames);
    private long call;

    /// <summary>Tells that a new vector begins.</summary>
    public void BeginVector() => call++;

    /// <summary>Takes a fragment.</summary>
    /// <param name="vector">The vector that it is in.</param>
    /// <param name="index">Its place there. Whole, it may have another frame than it came in.</param>
    /// <param name="context">Time, and the pool.</param>
    /// <returns>What becomes of it.</returns>
    public Verdict Take(FrameVector vector, int index, StageContext context)
    {
        var frame = vector[index];
        var header = IPv4Header.At(frame.Bytes);
        var piece = new FragmentRange(header);
        var reason = Check(header, piece);
        if (reason != DropReason.None)
            return Verdict.Drop(reason);

        var key = DatagramKey.Of(header, frame.Metadata);
        var datagram = Find(key, vector, context);
        if (datagram < 0)
            datagram = Begin(key, vector, context);
        ref var pending = ref datagrams[datagram];
        pending.Distance = 0;
        if (pending.State == DatagramState.Refused)
            return Verdict.Drop(pending.Reason);
        reason = Place(ref pending, frame, piece, out var before);
        if (reason == DropReason.FragmentDuplicate)
            return Verdict.Drop(reason);
        if (reason == DropReason.None && pending.Fragments + 1 > options.FragmentsPerDatagram)
            reason = DropReason.FragmentsTooMany;
        if (reason != DropReason.None)
            return Refuse(ref pending, reason, vector, context);

        if (piece.IsLast)
            pending.Total = piece.End;
        pending.Codepoints |= FragmentEcn.BitOf(header.EcnBits);
        if (pending.Bytes + piece.Length == pending.Total)
            return Complete(datagram, piece, vector, index, context);
        if (!MakeRoom(datagram, vector, context))
            return Refuse(ref pending, DropReason.FragmentsTooMany, vector, context);
        frame.Metadata.Adjacency = -1;
        fragments.Insert(ref pending, before, new HeldFragment { Frame = frame, Mark = new HeldMark(call, index), Start = piece.Start, End = piece.End });
        return Verdict.Hold;
    }

    /// <summary>
    /// Takes a fragment of a datagram that may be the host's: its first fragment tells.
    /// </summary>
    /// <param name="isHosts">True if this is the first fragment, and it is the host's; false: another fragment, or the first one of a datagram that is ours.</param>
    /// <param name="toHost">What becomes of the host's fragments.</param>
    /// <param name="vector">As for <see cref="Take"/>.</param>
    /// <param name="index">As for <see cref="Take"/>.</param>
    /// <param name="context">As for <see cref="Take"/>.</param>
    public Verdict TakeShared(bool isHosts, Verdict toHost, FrameVector vector, int index, StageContext context)
    {
        var frame = vector[index];
        var header = IPv4Header.At(frame.Bytes);
        var key = DatagramKey.Of(header, frame.Metadata);
        var datagram = Find(key, vector, context);
        if (isHosts)
        {
            if (datagram >= 0)
                ReleaseAll(ref datagrams[datagram], toHost, vector, context);
            else
                datagram = Begin(key, vector, context);
            datagrams[datagram].State = DatagramState.Hosts;
        }

        if (datagram < 0 || datagrams[datagram].State != DatagramState.Hosts)
            return Take(vector, index, context);
        if (!isHosts && !header.IsLaterFragment)
        {
            // The identification is used again, for a datagram of ours.
            datagrams.Remove(datagram);
            return Take(vector, index, context);
        }

        datagrams[datagram].Distance = 0;
        return toHost;
    }

    /// <summary>Gives up what is not complete in time.</summary>
    public void DropDue(StageContext context)
    {
        for (var oldest = datagrams.Oldest; oldest >= 0 && context.Now - datagrams[oldest].StartedAt >= options.TimeoutNanoseconds; oldest = datagrams.Oldest)
        {
            // RFC 1122 §3.3.2: the sender is told, if its first fragment is there to be quoted.
            ref var pending = ref datagrams[oldest];
            while (fragments.TryTake(ref pending, out var taken))
                context.Release(taken.Frame, Verdict.Drop(taken.Start == 0 ? DropReason.ReassemblyTimeout : DropReason.ReassemblyIncomplete));
            datagrams.Remove(oldest);
        }
    }

    /// <summary>The time from which <see cref="DropDue"/> has something to do, or <see cref="long.MaxValue"/>.</summary>
    public long NextDue => datagrams.Oldest >= 0 ? datagrams[datagrams.Oldest].StartedAt + options.TimeoutNanoseconds : long.MaxValue;

    /// <summary>Gives up all.</summary>
    public void Flush(StageContext context)
    {
        while (datagrams.Oldest >= 0)
        {
            ref var pending = ref datagrams[datagrams.Oldest];
            while (fragments.TryTake(ref pending, out var taken))
                context.Release(taken.Frame, Verdict.Drop(DropReason.PortDown));
            datagrams.Remove(datagrams.Oldest);
        }
    }

    // What a fragment alone can be refused for; others of its datagram are not touched, since anyone could have sent it.
    private static DropReason Check(IPv4Header header, in FragmentRange piece)
    {
        if (piece.Length == 0 || (!piece.IsLast && piece.Length % 8 != 0))
            return DropReason.FragmentLength;
        if (header.HeaderLength + piece.End > IPv4Header.MaximumTotalLength)
            return DropReason.IPv4FragmentOffset;
        return piece.Start == 0 && piece.Length < LeastOfFirst(header.Protocol) ? DropReason.FragmentTiny : DropReason.None;
    }

    // RFC 1858 §3: what a filter on the way must be able to see in the first fragment.
    private static int LeastOfFirst(byte protocol) => protocol switch
    {
        IpProtocol.IPv4 => IPv4Header.MinimumSize,
        IpProtocol.Tcp => TcpHeader.MinimumSize,
        _ => UdpHeader.Size,
    };

    // Also counts, for all datagrams of the sender, how far they are from their last fragment.
    private int Find(in DatagramKey key, FrameVector vector, StageContext context)
    {
        var datagram = datagrams.Find(key);
        if (datagram < 0 || datagrams[datagram].Distance <= options.Distance)
            return datagram;
        Evict(datagram, vector, context);
        return PendingDatagram.None;
    }

    private int Begin(in DatagramKey key, FrameVector vector, StageContext context)
    {
        var ofSender = 0;
        var oldestOfSender = PendingDatagram.None;
        for (var other = datagrams.Newest; other >= 0; other = datagrams[other].Older)
        {
            if (datagrams[other].Key.Source != key.Source)
                continue;
            ofSender++;
            oldestOfSender = other;
        }

        if (ofSender >= Math.Max(1, options.Datagrams / options.SenderShare))
            Evict(oldestOfSender, vector, context);
        if (datagrams.IsFull)
            Evict(datagrams.Oldest, vector, context);
        return datagrams.Add(key, context.Now);
    }

    // Where the fragment goes; or that it came before, contradicts the end that others told, or overlaps them.
    private DropReason Place(ref PendingDatagram pending, Frame frame, in FragmentRange piece, out int before)
    {
        before = fragments.FindBefore(pending, piece.Start);
        var after = before >= 0 ? fragments[before].Next : pending.Lowest;
        if (after >= 0 && fragments[after].Start == piece.Start && fragments[after].End == piece.End && IsSame(fragments[after].Frame, frame))
            return DropReason.FragmentDuplicate;
        if ((before >= 0 && fragments[before].End > piece.Start) || (after >= 0 && piece.End > fragments[after].Start))
            return DropReason.FragmentOverlap;
        var isEndKnown = pending.Total >= 0;
        if ((isEndKnown && (piece.IsLast ? piece.End != pending.Total : piece.End >= pending.Total)) || (piece.IsLast && after >= 0))
            return DropReason.FragmentEnd;
        return DropReason.None;
    }

    private static bool IsSame(Frame held, Frame frame)
    {
        var one = IPv4Header.At(held.Bytes);
        var other = IPv4Header.At(frame.Bytes);
        return one.MoreFragments == other.MoreFragments && one.Payload.SequenceEqual(other.Payload);
    }

    private Verdict Complete(int datagram, in FragmentRange piece, FrameVector vector, int index, StageContext context)
    {
        ref var pending = ref datagrams[datagram];
        var firstHeader = IPv4Header.At(First(pending, piece, vector[index]).Bytes);
        var length = firstHeader.HeaderLength + pending.Total;
        if (length > IPv4Header.MaximumTotalLength)
            return Refuse(ref pending, DropReason.IPv4FragmentOffset, vector, context);
        if (!FragmentEcn.TryJoin(pending.Codepoints, firstHeader.EcnBits, out var codepoint))
            return Refuse(ref pending, DropReason.FragmentEcn, vector, context);
        if (length > context.Pool.CapacityOf(vector[index]) && !context.TryEnlarge(vector, index))
        {
            ReleaseAll(ref pending, Verdict.Drop(DropReason.NoBuffer), vector, context);
            datagrams.Remove(datagram);
            return Verdict.Drop(DropReason.NoBuffer);
        }

        var whole = WholeDatagram.Begin(vector[index], piece, First(pending, piece, vector[index]), length, codepoint, context.Pool);
        while (fragments.TryTake(ref pending, out var taken))
        {
            whole.Add(taken);
            Settle(taken, Verdict.Deliver, vector, context);
        }

        datagrams.Remove(datagram);
        return complete;
    }

    private Frame First(in PendingDatagram pending, in FragmentRange piece, Frame frame) => piece.Start == 0 ? frame : fragments[pending.Lowest].Frame;

    // Room for one frame more of the datagram: taken from the sender's oldest where the sender is at its limit, else from the oldest of all; never from the datagram itself.
    private bool MakeRoom(int datagram, FrameVector vector, StageContext context)
    {
        var limit = Math.Min(options.Frames, context.Pool.Capacity / options.PoolShare);
        var source = datagrams[datagram].Key.Source;
        var ofSender = 0;
        for (var other = datagrams.Newest; other >= 0; other = datagrams[other].Older)
        {
            ref var pending = ref datagrams[other];
            if (pending.Key.Source != source)
                continue;
            ofSender += pending.Fragments;
            if (other != datagram)
                pending.Distance++;
        }

        while (ofSender >= Math.Max(1, limit / options.SenderShare))
        {
            var oldest = OldestHolder(datagram, source);
            if (oldest < 0)
                return false;
            ofSender -= datagrams[oldest].Fragments;
            Evict(oldest, vector, context);
        }

        while (fragments.Count >= limit)
        {
            var oldest = OldestHolder(datagram, source: null);
            if (oldest < 0)
                return false;
            Evict(oldest, vector, context);
        }

        return true;
    }

    private int OldestHolder(int except, uint? source)
    {
        var oldest = datagrams.Oldest;
        while (oldest >= 0 && (oldest == except || datagrams[oldest].Fragments == 0 || (source is { } sender && datagrams[oldest].Key.Source != sender)))
            oldest = datagrams[oldest].Newer;
        return oldest;
    }

    private Verdict Refuse(ref PendingDatagram pending, DropReason reason, FrameVector vector, StageContext context)
    {
        ReleaseAll(ref pending, Verdict.Drop(reason), vector, context);
        pending.State = DatagramState.Refused;
        pending.Reason = reason;
        return Verdict.Drop(reason);
    }

    private void Evict(int datagram, FrameVector vector, StageContext context)
    {
        ReleaseAll(ref datagrams[datagram], Verdict.Drop(DropReason.FragmentsEvicted), vector, context);
        datagrams.Remove(datagram);
    }

    private void ReleaseAll(ref PendingDatagram pending, Verdict verdict, FrameVector vector, StageContext context)
    {
        while (fragments.TryTake(ref pending, out var taken))
            Settle(taken, verdict, vector, context);
    }

    // A frame of this very vector is not held yet in the graph's books: its verdict is still open.
    private void Settle(in HeldFragment taken, Verdict verdict, FrameVector vector, StageContext context)
    {
        if (taken.Mark.Call == call)
            vector.Verdicts[taken.Mark.Index] = verdict;
        else
            context.Release(taken.Frame, verdict);
    }
}
