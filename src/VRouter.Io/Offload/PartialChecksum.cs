using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VRouter.Core.Offload;
using VRouter.Core.Wire;

namespace VRouter.Io.Offload;

/// <summary>
/// Finds and finishes checksums that a sender on the same machine left to a network card, in frames that come without a <see cref="VirtioNetHeader"/>. The sender
/// writes the sum of the pseudo-header into the field, neither more nor complemented; where exactly that stands and the packet does not verify, the checksum is
/// computed. A packet that verifies is never changed.
/// </summary>
/// <remarks>
/// The innermost packet of a tunnel is looked at as well, since the kernel leaves that one undone if it encapsulates. A true checksum equals the pseudo-header's sum
/// once in 65,536 packets, and then verifies. What is broken on purpose in just that way is mended: what its sender's kernel asks network cards to do.
/// </remarks>
internal static class PartialChecksum
{
    private const int MostLayers = 4;
    private const int TcpLeast = 20;
    private const int UdpHeader = 8;
    private const int VxlanHeader = 8;
    private const int SctpLeast = 12;
    private const int TcpField = 16;
    private const int UdpField = 6;
    private const int SctpField = 8;
    private const byte VxlanFlags = 0x08;

    /// <summary>Finishes the checksum of a frame if it is undone.</summary>
    /// <param name="frame">The frame from its Ethernet header.</param>
    /// <param name="vxlanL4Port">The UDP port of VXLAN, besides 4789 and 8472.</param>
    /// <returns>True if the frame was changed.</returns>
    public static bool Complete(Span<byte> frame, int vxlanL4Port)
    {
        if (!FrameLayers.TryFindIPv4(frame, out var ip))
            return false;
        for (var layer = 0; layer < MostLayers; layer++)
        {
            if (!TryReadIPv4(frame, ip, out var transport, out var end))
                return false;
            var length = end - transport;
            switch (frame[ip + 9])
            {
                case IpProtocol.Tcp:
                    return length >= TcpLeast && IsUndone(frame, ip, transport, end, TcpField) && Finish(frame[..end], transport, TcpField);
                case IpProtocol.Sctp:
                    // The CRC of SCTP has no pseudo-header, and Linux leaves zero in its place; a CRC of zero comes once in 2^32 packets.
                    return length >= SctpLeast && BinaryPrimitives.ReadUInt32LittleEndian(frame[(transport + SctpField)..]) == 0
                        && Finish(frame[..end], transport, SctpField);
                case IpProtocol.Udp when length >= UdpHeader:
                    if (IsUndone(frame, ip, transport, end, UdpField))
                        return Finish(frame[..end], transport, UdpField);
                    ip = InnerOfVxlan(frame[..end], transport, vxlanL4Port);
                    break;
                case IpProtocol.IPv4:
                    ip = transport;
                    break;
                default:
                    return false;
            }

            if (ip == 0)
                return false;
        }

        return false;
    }

    // Fragments never come undone: the kernel computes the checksum before it cuts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadIPv4(ReadOnlySpan<byte> frame, int ip, out int transport, out int end)
    {
        transport = end = 0;
        if (frame.Length - ip < IPv4Header.MinimumSize || frame[ip] >> 4 != 4)
            return false;
        transport = ip + ((frame[ip] & 0xf) * 4);
        end = ip + BinaryPrimitives.ReadUInt16BigEndian(frame[(ip + 2)..]);
        return transport >= ip + IPv4Header.MinimumSize && transport <= end && end <= frame.Length
            && (BinaryPrimitives.ReadUInt16BigEndian(frame[(ip + 6)..]) & 0x3fff) == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsUndone(ReadOnlySpan<byte> frame, int ip, int transport, int end, int field)
    {
        var source = BinaryPrimitives.ReadUInt32BigEndian(frame[(ip + 12)..]);
        var destination = BinaryPrimitives.ReadUInt32BigEndian(frame[(ip + 16)..]);
        var sum = InternetChecksum.PseudoHeader(new IPv4Address(source), new IPv4Address(destination), frame[ip + 9], (ushort)(end - transport));
        var stored = BinaryPrimitives.ReadUInt16BigEndian(frame[(transport + field)..]);
        return stored == (ushort)~InternetChecksum.Finish(sum) && InternetChecksum.Finish(sum + InternetChecksum.Sum(frame[transport..end])) != 0;
    }

    private static bool Finish(Span<byte> frame, int transport, int field)
    {
        ChecksumCompletion.Complete(frame, transport, field);
        return true;
    }

    /// <summary>Where the inner IPv4 header of a VXLAN datagram is, or 0.</summary>
    private static int InnerOfVxlan(ReadOnlySpan<byte> frame, int udp, int vxlanL4Port)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(frame[(udp + 2)..]);
        if (port is not (4789 or 8472) && port != vxlanL4Port)
            return 0;
        var inner = udp + UdpHeader + VxlanHeader;
        return inner + EthernetHeader.Size <= frame.Length && (frame[udp + UdpHeader] & VxlanFlags) != 0
            && FrameLayers.TryFindIPv4(frame[inner..], out var ip) ? inner + ip : 0;
    }
}
