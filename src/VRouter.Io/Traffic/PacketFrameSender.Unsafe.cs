using System.Runtime.InteropServices;
using VRouter.Io.Linux;
using VRouter.Io.Ports.AfPacket;

namespace VRouter.Io.Traffic;

/// <summary>Sends through a packet socket past the queueing discipline, with sendmmsg(2) of prepared messages.</summary>
internal sealed unsafe class PacketFrameSender : IFrameSender
{
    private const int BatchSize = 64;
    private const int SendBuffer = 8 << 20;

    private readonly FileDescriptor socket;
    private readonly int messageCount;
    private byte* bytes;
    private Libc.MMsgHdr* messages;
    private Libc.IoVec* vectors;
    private int next;

    private PacketFrameSender(FileDescriptor socket, IReadOnlyList<byte[]> frames)
    {
        this.socket = socket;
        messageCount = Math.Max(BatchSize, frames.Count);
        bytes = (byte*)NativeMemory.Alloc((nuint)frames.Sum(frame => frame.Length));
        messages = (Libc.MMsgHdr*)NativeMemory.AllocZeroed((nuint)messageCount, (nuint)sizeof(Libc.MMsgHdr));
        vectors = (Libc.IoVec*)NativeMemory.AllocZeroed((nuint)messageCount, (nuint)sizeof(Libc.IoVec));
        var starts = new nint[frames.Count];
        nint used = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            starts[i] = used;
            frames[i].CopyTo(new Span<byte>(bytes + used, frames[i].Length));
            used += frames[i].Length;
        }

        for (var i = 0; i < messageCount; i++)
        {
            vectors[i] = new Libc.IoVec { Base = bytes + starts[i % frames.Count], Length = (nuint)frames[i % frames.Count].Length };
            messages[i].Header.Vectors = vectors + i;
            messages[i].Header.VectorCount = 1;
        }
    }

    /// <inheritdoc/>
    public string Method => "sendmmsg";

    /// <inheritdoc/>
    public long Sent { get; private set; }

    /// <summary>Opens a sender in the calling thread's network namespace.</summary>
    public static Result<PacketFrameSender> Open(string interfaceName, int interfaceIndex, IReadOnlyList<byte[]> frames)
    {
        if (!PacketSocket.Open().TryGet(out var socket, out var error))
            return error;
        var failure = PacketSocket.Set(socket, Libc.SOL_PACKET, Libc.PACKET_QDISC_BYPASS, 1, "PACKET_QDISC_BYPASS")
            ?? PacketSocket.SetBuffer(socket, Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, SendBuffer, "SO_SNDBUF")
            ?? PacketSocket.Bind(socket, interfaceIndex, 0, interfaceName);
        if (failure is null)
            return new PacketFrameSender(socket, frames);
        socket.Dispose();
        return failure.Value;
    }

    /// <inheritdoc/>
    public int Send(int count)
    {
        var sent = 0;
        while (sent < count)
        {
            var batch = Math.Min(Math.Min(count - sent, BatchSize), messageCount - next);
            var taken = Libc.sendmmsg(socket.Number, messages + next, (uint)batch, Libc.MSG_DONTWAIT);
            if (taken <= 0)
                break; // no room just now
            sent += taken;
            next = (next + taken) % messageCount;
        }

        Sent += sent;
        return sent;
    }

    /// <summary>Nothing is queued here.</summary>
    public void Flush()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        NativeMemory.Free(messages);
        NativeMemory.Free(vectors);
        NativeMemory.Free(bytes);
        messages = null;
        vectors = null;
        bytes = null;
    }
}
