using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Offload;

namespace VRouter.Io.Ports.AfPacket;

/// <summary>
/// The sending side. Frames go out through a <see cref="DirectSender"/> where the kernel has one; else through a packet socket of its own (one with virtio-net headers
/// wants such a header on each sent frame) by sendmmsg(2) in batches, straight to the driver (PACKET_QDISC_BYPASS).
/// </summary>
/// <remarks>
/// A vector with super-frames, or segments that join to one, goes through a second socket with virtio-net headers in front of every frame and without
/// PACKET_QDISC_BYPASS, which drops what the kernel would have to cut. Where the interface has no queueing discipline, all ways reach the driver within the call, so
/// that frames stay in order. Where it has one, they could overtake each other: there is no second socket, and super-frames are not taken. Super-frames in a tunnel go
/// through that socket, too, if the kernel can be told of the tunnel, see <see cref="TunnelAnnouncer"/>.
/// </remarks>
internal sealed unsafe class PacketSender : IDisposable
{
    private const string NoQueue = "noqueue";
    private const int BatchSize = 64;
    private const int SendBuffer = 8 << 20;

    private readonly FileDescriptor plain;
    private readonly FileDescriptor? offload;
    private readonly PortCounters counters;
    private readonly DirectSender? direct;
    private readonly TunnelAnnouncer? tunnels;
    private readonly SegmentCoalescer coalescer = new();
    private Libc.MMsgHdr* messages;
    private Libc.IoVec* vectors;
    private VirtioNetHeader* headers;

    private PacketSender(FileDescriptor plain, FileDescriptor? offload, TunnelAnnouncer? tunnels, DirectSender? direct, PortCounters counters)
    {
        this.plain = plain;
        this.offload = offload;
        this.tunnels = tunnels;
        this.direct = direct;
        this.counters = counters;
        messages = (Libc.MMsgHdr*)NativeMemory.AllocZeroed(FrameVector.MaxCount, (nuint)sizeof(Libc.MMsgHdr));
        vectors = (Libc.IoVec*)NativeMemory.AllocZeroed(2 * FrameVector.MaxCount, (nuint)sizeof(Libc.IoVec));
        headers = (VirtioNetHeader*)NativeMemory.AllocZeroed(FrameVector.MaxCount, VirtioNetHeader.Size);
    }

    /// <summary>What becomes of super-frames, as <see cref="IPort.SuperFrameMode"/>.</summary>
    public required string SuperFrameText { get; init; }

    /// <summary>Opens a sender on an interface of the calling thread's network namespace.</summary>
    /// <param name="link">The interface.</param>
    /// <param name="withTunnels">True: super-frames in tunnels are taken as well where that can be had.</param>
    /// <param name="direct">The shortest way, where there is one; the caller disposes of it if this fails.</param>
    /// <param name="counters">Where frames are counted.</param>
    public static Result<PacketSender> Open(Link link, bool withTunnels, XdpCopySocket? direct, PortCounters counters)
    {
        if (!OpenSocket(link, isOffload: false).TryGet(out var plain, out var error))
            return error;
        FileDescriptor? offload = null;
        if (link.QueueDiscipline == NoQueue && !OpenSocket(link, isOffload: true).TryGet(out offload, out error))
        {
            plain.Dispose();
            return error;
        }

        TunnelAnnouncer? tunnels = null;
        var text = offload is null ? $"cut: the interface has a queueing discipline ({link.QueueDiscipline})" : "whole";
        if (offload is not null && withTunnels)
            text = TunnelAnnouncer.Attach(offload, link.Index).TryGet(out tunnels, out error) ? "whole, in tunnels too" : $"whole, but cut in tunnels: {error}";
        return new PacketSender(plain, offload, tunnels, direct is null ? null : new DirectSender(direct, counters), counters) { SuperFrameText = text };
    }

    /// <summary>How plain frames reach the interface: "af-xdp, queue 0", or "sendmmsg".</summary>
    public string Method => direct is null ? "sendmmsg" : $"af-xdp, queue {direct.Queue}";

    /// <summary>True if super-frames in tunnels are taken.</summary>
    public bool TakesTunnels => tunnels is not null;

    /// <summary>True if a super-frame is taken whole.</summary>
    public bool TakesSuperFrame(Frame frame) =>
        offload is not null && (SuperFrames.IsOutermost(frame, EthernetHeader.Size) || (tunnels is not null && TunnelAnnouncer.TunnelOf(frame) > 0));

    /// <summary>Sends the vector's frames and writes their verdicts, as <see cref="IPort.Transmit"/> says.</summary>
    /// <param name="vector">The frames.</param>
    /// <param name="mtu">The interface's MTU.</param>
    /// <param name="isUp">What is known of the interface: one without a carrier refuses frames with the error of a full queue.</param>
    /// <returns>The last error met, or none.</returns>
    public Errno Transmit(FrameVector vector, int mtu, bool isUp)
    {
        var socket = plain;
        if (offload is not null && coalescer.Group(vector, mtu + EthernetHeader.Size))
        {
            socket = offload;
            PrepareOffloaded(vector);
        }
        else if (direct is not null && DirectSender.Fits(mtu))
        {
            return direct.Transmit(vector, mtu, isUp);
        }
        else
        {
            if (offload is null)
                coalescer.Separate(vector.Count);
            PreparePlain(vector);
        }

        var count = coalescer.Heads.Length;
        var error = Errno.None;
        for (var first = 0; first < count; first += BatchSize)
        {
            var batchError = Send(socket, vector, first, Math.Min(BatchSize, count - first), isUp);
            if (batchError.IsError)
                error = batchError;
        }

        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(messages);
        NativeMemory.Free(vectors);
        NativeMemory.Free(headers);
        messages = null;
        vectors = null;
        headers = null;
        direct?.Dispose();
        tunnels?.Dispose();
        plain.Dispose();
        offload?.Dispose();
    }

    private static Result<FileDescriptor> OpenSocket(Link link, bool isOffload)
    {
        if (!PacketSocket.Open().TryGet(out var socket, out var error))
            return error;
        var failure = PacketSocket.Set(socket, Libc.SOL_PACKET, Libc.PACKET_QDISC_BYPASS, isOffload ? 0 : 1, "PACKET_QDISC_BYPASS")
            ?? PacketSocket.Set(socket, Libc.SOL_PACKET, Libc.PACKET_VNET_HDR, isOffload ? 1 : 0, "PACKET_VNET_HDR")
            ?? PacketSocket.SetBuffer(socket, Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, SendBuffer, "SO_SNDBUF")
            ?? PacketSocket.Bind(socket, link.Index, 0, link.Name);
        if (failure is null)
            return socket;
        socket.Dispose();
        return failure.Value;
    }

    // One message for each frame.
    private void PreparePlain(FrameVector vector)
    {
        for (var i = 0; i < vector.Count; i++)
        {
            vectors[i] = VectorOf(vector[i].Bytes);
            messages[i].Header = new Libc.MsgHdr { Vectors = vectors + i, VectorCount = 1 };
        }
    }

    // In front of each message its header.
    private void PrepareOffloaded(FrameVector vector)
    {
        var heads = coalescer.Heads;
        var used = 0;
        for (var i = 0; i < heads.Length; i++)
        {
            headers[i] = coalescer.HeaderOf(heads[i]);
            tunnels?.Mark(ref messages[i].Header, SuperFrames.Is(vector[heads[i]]) ? TunnelAnnouncer.TunnelOf(vector[heads[i]]) : 0);
            messages[i].Header.Vectors = vectors + used;
            vectors[used++] = new Libc.IoVec { Base = headers + i, Length = VirtioNetHeader.Size };
            vectors[used++] = VectorOf(vector[heads[i]].Bytes);
            for (var frame = coalescer.NextOf(heads[i]); frame >= 0; frame = coalescer.NextOf(frame))
                vectors[used++] = VectorOf(vector[frame].Bytes[coalescer.PayloadStartOf(frame)..]);
            messages[i].Header.VectorCount = (nuint)(vectors + used - messages[i].Header.Vectors);
        }
    }

    // Frames are native memory, which does not move.
    private static Libc.IoVec VectorOf(Span<byte> bytes) => new() { Base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), Length = (nuint)bytes.Length };

    private Errno Send(FileDescriptor socket, FrameVector vector, int first, int count, bool isUp)
    {
        var error = Errno.None;
        var done = 0;
        while (done < count)
        {
            var sent = Libc.sendmmsg(socket.Number, messages + first + done, (uint)(count - done), Libc.MSG_DONTWAIT);
            if (sent > 0)
            {
                Conclude(vector, first + done, sent, DropReason.None);
                done += sent;
                continue;
            }

            // The first of the messages failed. Some errors hold for all that follow, others for this one only.
            var failure = Errno.Last;
            if (failure == Errno.EINTR)
                continue;
            error = failure;
            var reason = ReasonOf(failure, isUp);
            var dropped = reason == DropReason.PortDown || failure == Errno.EAGAIN ? count - done : 1;
            Conclude(vector, first + done, dropped, reason);
            done += dropped;
        }

        return error;
    }

    private void Conclude(FrameVector vector, int first, int count, DropReason reason)
    {
        var verdicts = vector.Verdicts;
        foreach (var head in coalescer.Heads.Slice(first, count))
        {
            for (var frame = head; frame >= 0; frame = coalescer.NextOf(frame))
                verdicts[frame] = PortTransmission.Count(counters, vector[frame].Metadata.Length, reason);
        }
    }

    private static DropReason ReasonOf(Errno error, bool isUp)
    {
        if (error == Errno.EAGAIN || (error == Errno.ENOBUFS && isUp))
            return DropReason.TxRingFull;
        if (error == Errno.EMSGSIZE)
            return DropReason.TxTooLong;
        return error == Errno.ENOBUFS || error == Errno.ENETDOWN || error == Errno.ENXIO || error == Errno.ENODEV ? DropReason.PortDown : DropReason.TxRefused;
    }
}
