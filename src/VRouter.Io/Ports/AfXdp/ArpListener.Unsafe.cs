using System.Runtime.InteropServices;
using VRouter.Core.Frames;
using VRouter.Io.Linux;
using VRouter.Io.Ports.AfPacket;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>
/// A copy of the ARP packets that a shared interface receives. They go on to the kernel, which needs them as much as the router does, and an AF_XDP socket can only
/// take frames away; so a packet socket for this protocol alone gets them.
/// </summary>
internal sealed unsafe class ArpListener : IDisposable
{
    private const ushort ArpProtocol = 0x0806;
    private const int Longest = 2048;
    private const int Most = 32;

    private readonly FileDescriptor socket;
    private readonly PortCounters counters;
    private byte* buffer;

    private ArpListener(FileDescriptor socket, PortCounters counters)
    {
        this.socket = socket;
        this.counters = counters;
        buffer = (byte*)NativeMemory.Alloc(Longest);
    }

    /// <summary>For poll(2).</summary>
    public FileDescriptor Descriptor => socket;

    /// <summary>Listens on an interface of the calling thread's network namespace.</summary>
    public static Result<ArpListener> Open(string interfaceName, int interfaceIndex, PortCounters counters)
    {
        if (!PacketSocket.Open().TryGet(out var socket, out var error))
            return error;
        var failure = PacketSocket.Set(socket, Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, 1, "PACKET_IGNORE_OUTGOING")
            ?? PacketSocket.Bind(socket, interfaceIndex, ArpProtocol, interfaceName);
        if (failure is null)
            return new ArpListener(socket, counters);
        socket.Dispose();
        return failure.Value;
    }

    /// <summary>Adds what waits to the vector, as <see cref="IPort.Receive"/> says, some packets at most.</summary>
    public void Receive(FramePool pool, FrameVector vector, long now)
    {
        for (var i = 0; i < Most && vector.Room > 0 && pool.Available > 0; i++)
        {
            var length = Libc.recvfrom(socket.Number, buffer, Longest, Libc.MSG_DONTWAIT, null, null);
            if (length < 0)
            {
                // An error that waited on the socket is taken with it, and others may wait behind.
                if (Errno.Last == Errno.EAGAIN)
                    break;
                continue;
            }

            FrameIntake.TryAdd(pool, vector, new ReadOnlySpan<byte>(buffer, (int)length), now, counters);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        NativeMemory.Free(buffer);
        buffer = null;
    }
}
