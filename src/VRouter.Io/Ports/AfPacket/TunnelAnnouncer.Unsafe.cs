using System.Runtime.InteropServices;
using VRouter.Core.Frames;
using VRouter.Core.Offload;
using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.Io.Bpf;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfPacket;

/// <summary>
/// Tells the kernel of the tunnel around a super-frame, which the virtio-net header of a packet socket has no words for: <see cref="TunnelProgram"/> runs on what a
/// socket sends, and marks in ancillary data say which packets it is to treat. It leaves the interface with this object, or with the process.
/// </summary>
internal sealed unsafe class TunnelAnnouncer : IDisposable
{
    private const int IPStart = EthernetHeader.Size;
    private const int OuterTransport = IPStart + IPv4Header.MinimumSize;
    private const int UdpChecksum = OuterTransport + 6;
    private const int InnerEtherType = OuterTransport + UdpHeader.Size + VxlanHeader.Size + (2 * MacAddress.Size);
    private const byte PlainHeader = 0x45; // version 4, no options

    private readonly BpfLink link;
    private MarkMessage* marks; // one for each kind of tunnel

    private TunnelAnnouncer(BpfLink link)
    {
        this.link = link;
        marks = (MarkMessage*)NativeMemory.AllocZeroed(2, (nuint)sizeof(MarkMessage));
        marks[0] = MarkMessage.Of(TunnelProgram.Ipip);
        marks[1] = MarkMessage.Of(TunnelProgram.Vxlan);
    }

    /// <summary>Attaches to an interface of the calling thread's network namespace.</summary>
    /// <param name="socket">Whose packets are treated.</param>
    /// <param name="interfaceIndex">The interface.</param>
    /// <returns>The announcer, or why there is none: EPERM without CAP_BPF and CAP_NET_ADMIN, EINVAL before Linux 6.6.</returns>
    public static Result<TunnelAnnouncer> Attach(FileDescriptor socket, int interfaceIndex)
    {
        ulong cookie;
        uint length = sizeof(ulong);
        if (Libc.getsockopt(socket.Number, Libc.SOL_SOCKET, Libc.SO_COOKIE, &cookie, &length) < 0)
            return LinuxError.Last("getsockopt(SO_COOKIE)");
        if (!BpfProgram.LoadEgress("vrouter_tunnel", TunnelProgram.For(cookie)).TryGet(out var program, out var error))
            return error;
        using (program)
        {
            return BpfLink.AttachEgress(program, interfaceIndex).TryGet(out var link, out error) ? new TunnelAnnouncer(link) : error;
        }
    }

    /// <summary>
    /// Bytes of the headers of the tunnel that a super-frame is in, if it is one that the kernel can be told of: IPIP, or VXLAN without a UDP checksum, the outer header
    /// without options, IPv4 inside; else 0.
    /// </summary>
    /// <param name="frame">A super-frame from its Ethernet header.</param>
    public static int TunnelOf(Frame frame)
    {
        var bytes = frame.Bytes;
        if (bytes.Length < InnerEtherType + sizeof(ushort) || bytes[IPStart] != PlainHeader || EthernetHeader.At(bytes).Type != EtherType.IPv4)
            return 0;
        var size = bytes[IPStart + 9] switch
        {
            IpProtocol.IPv4 => Tunnel.IpipOverhead,
            IpProtocol.Udp when IsZero(bytes, UdpChecksum) && EthernetHeader.At(bytes[(InnerEtherType - (2 * MacAddress.Size))..]).Type == EtherType.IPv4 => Tunnel.VxlanOverhead,
            _ => 0,
        };
        return size > 0 && SuperFrames.IsOutermost(frame, IPStart + size) ? size : 0;
    }

    /// <summary>Puts the mark for a tunnel into a message, or none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="tunnel">What <see cref="TunnelOf"/> gave; 0 for none.</param>
    public void Mark(ref Libc.MsgHdr message, int tunnel)
    {
        message.Control = tunnel == 0 ? null : tunnel == TunnelProgram.Ipip ? marks : marks + 1;
        message.ControlLength = tunnel == 0 ? 0 : (nuint)sizeof(MarkMessage);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(marks);
        marks = null;
        link.Dispose();
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes, int offset) => bytes[offset] == 0 && bytes[offset + 1] == 0;

    // struct cmsghdr and its data, cmsg(3).
    [StructLayout(LayoutKind.Sequential)]
    private struct MarkMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public uint Mark;
        private readonly uint padding;

        public static MarkMessage Of(int mark) => new()
        {
            Length = (nuint)(sizeof(MarkMessage) - sizeof(uint)),
            Level = Libc.SOL_SOCKET,
            Type = Libc.SO_MARK,
            Mark = (uint)mark,
        };
    }
}
