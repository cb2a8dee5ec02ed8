using System.Buffers.Binary;
using VRouter.Core.Graph;
using VRouter.Io.Linux;
using VRouter.Io.Offload;

namespace VRouter.Host.Lab;

/// <summary>A packet socket that sees what one interface sends and receives, with the kernel's time and offload marks.</summary>
internal sealed unsafe class CaptureSocket : IDisposable
{
    private const int SoTimestampNs = 35;
    private const byte PacketOutgoing = 4;
    private const int ReceiveBuffer = 16 << 20;
    private const int VirtioHeaderSize = VirtioNetHeader.Size;
    private const int ControlHeaderSize = 16;

    private readonly Capture capture;
    private readonly FileDescriptor descriptor;
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(VirtioHeaderSize + 65536 + 64, pinned: true);
    private readonly byte[] control = GC.AllocateArray<byte>(256, pinned: true);

    private CaptureSocket(Capture capture, FileDescriptor descriptor)
    {
        this.capture = capture;
        this.descriptor = descriptor;
    }

    /// <summary>Readable when frames wait.</summary>
    public int Descriptor => descriptor.Number;

    /// <summary>Opens the socket in the capture's namespace.</summary>
    public static Result<CaptureSocket> Open(Capture capture) => NetworkNamespace.Run<CaptureSocket>(capture.Namespace, () =>
    {
        var index = Libc.if_nametoindex(capture.Interface);
        if (index == 0)
            return LinuxError.Last($"if_nametoindex({capture.Interface})");
        // Protocol 0 receives nothing until bind: no frame of another interface slips in.
        if (!FileDescriptor.FromCall(Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0), "socket(AF_PACKET)")
                .TryGet(out var descriptor, out var error))
            return error;
        var failure = Set(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, ReceiveBuffer)
            ?? Set(descriptor, Libc.SOL_SOCKET, SoTimestampNs, 1)
            ?? Set(descriptor, Libc.SOL_PACKET, Libc.PACKET_VNET_HDR, 1)
            ?? Bind(descriptor, (int)index);
        if (failure is null)
            return new CaptureSocket(capture, descriptor);
        descriptor.Dispose();
        return failure.Value;
    });

    /// <summary>Hands the waiting frames to the capture.</summary>
    /// <param name="most">So many frames at most.</param>
    public void Drain(int most = int.MaxValue)
    {
        while (most-- > 0 && ReceiveOne())
        {
        }
    }

    /// <summary>Reads how many frames the kernel could not hand over, and closes the socket.</summary>
    public void Dispose()
    {
        Libc.TPacketStats statistics = default;
        var size = (uint)sizeof(Libc.TPacketStats);
        if (Libc.getsockopt(descriptor.Number, Libc.SOL_PACKET, Libc.PACKET_STATISTICS, &statistics, &size) == 0)
            capture.Lost += statistics.Drops;
        descriptor.Dispose();
    }

    private static LinuxError? Set(FileDescriptor descriptor, int level, int option, int value) =>
        Libc.setsockopt(descriptor.Number, level, option, &value, sizeof(int)) < 0 ? LinuxError.Last($"setsockopt({level}, {option})") : null;

    private static LinuxError? Bind(FileDescriptor descriptor, int index)
    {
        var address = new Libc.SockAddrLl
        {
            Family = Libc.AF_PACKET,
            Protocol = BinaryPrimitives.ReverseEndianness((ushort)Libc.ETH_P_ALL),
            IfIndex = index,
        };
        return Libc.bind(descriptor.Number, &address, (uint)sizeof(Libc.SockAddrLl)) < 0 ? LinuxError.Last("bind(AF_PACKET)") : null;
    }

    private bool ReceiveOne()
    {
        Libc.SockAddrLl from = default;
        fixed (byte* data = buffer, ancillary = control)
        {
            var vector = new Libc.IoVec { Base = data, Length = (nuint)buffer.Length };
            var message = new Libc.MsgHdr
            {
                Name = &from,
                NameLength = (uint)sizeof(Libc.SockAddrLl),
                Vectors = &vector,
                VectorCount = 1,
                Control = ancillary,
                ControlLength = (nuint)control.Length,
            };
            var received = (int)Libc.recvmsg(descriptor.Number, &message, 0);
            if (received < 0)
                return Errno.Last == Errno.EINTR || Errno.Last == Errno.ENETDOWN;
            if (received <= VirtioHeaderSize)
                return true;
            var frame = buffer.AsSpan(VirtioHeaderSize, received - VirtioHeaderSize);
            Take(frame, Timestamp(control.AsSpan(0, (int)message.ControlLength)), from.PacketType == PacketOutgoing);
        }

        return true;
    }

    /// <summary>Does what the kernel left to the network card: cuts super-frames, finishes checksums. What cannot be finished is kept as it is.</summary>
    private void Take(Span<byte> frame, long timestamp, bool isOutgoing)
    {
        var header = VirtioNetHeader.Read(buffer);
        if (header.IsSuperFrame && VirtioSegmentation.TryPlan(frame, header, out var plan) == DropReason.None)
        {
            for (var i = 0; i < plan.Count; i++)
            {
                var segment = new byte[plan.LengthOf(i)];
                plan.Write(i, frame, segment);
                capture.Add(new WireFrame(timestamp, segment, isOutgoing));
            }

            return;
        }

        if (header.NeedsChecksum)
            ChecksumCompletion.Complete(frame, header.ChecksumStart, header.ChecksumOffset);
        capture.Add(new WireFrame(timestamp, frame.ToArray(), isOutgoing));
    }

    private static long Timestamp(ReadOnlySpan<byte> ancillary)
    {
        while (ancillary.Length >= ControlHeaderSize)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(ancillary);
            var level = BinaryPrimitives.ReadInt32LittleEndian(ancillary[8..]);
            var type = BinaryPrimitives.ReadInt32LittleEndian(ancillary[12..]);
            if (level == Libc.SOL_SOCKET && type == SoTimestampNs && length >= ControlHeaderSize + 16)
            {
                return (BinaryPrimitives.ReadInt64LittleEndian(ancillary[16..]) * 1_000_000_000) + BinaryPrimitives.ReadInt64LittleEndian(ancillary[24..]);
            }

            var step = (length + 7) & ~7;
            if (length < ControlHeaderSize || step > ancillary.Length)
                break;
            ancillary = ancillary[step..];
        }

        return (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    }
}
