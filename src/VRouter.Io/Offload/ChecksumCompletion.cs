using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;

namespace VRouter.Io.Offload;

/// <summary>
/// Finishes checksums that the kernel left to a network card (virtio 1.2 §5.1.6.2, "NEEDS_CSUM"): the field holds the sum of the pseudo-header, and the
/// checksum runs from a given byte to the frame's end.
/// </summary>
public static class ChecksumCompletion
{
    private const int UdpChecksumOffset = 6;
    private const int SctpChecksumOffset = 8;

    /// <summary>Writes the true checksum.</summary>
    /// <param name="frame">The frame from its Ethernet header.</param>
    /// <param name="start">From where the sum runs.</param>
    /// <param name="offset">Where the field is, counted from <paramref name="start"/>.</param>
    /// <returns><see cref="DropReason.RxOffloadInvalid"/> if the field is not within the frame.</returns>
    public static DropReason Complete(Span<byte> frame, int start, int offset)
    {
        if (start < EthernetHeader.Size || offset < 0 || start > frame.Length || offset > frame.Length - start - sizeof(ushort))
            return DropReason.RxOffloadInvalid;
        var summed = frame[start..];
        if (offset == SctpChecksumOffset && TryFindSctp(frame, start, out var packet))
            return CompleteSctp(packet);
        // Only UDP stores a result of zero as 0xffff (RFC 768); elsewhere that is the same number, but not what a sender would write (RFC 1624 §3).
        var sum = InternetChecksum.Sum(summed);
        var checksum = offset == UdpChecksumOffset ? InternetChecksum.FinishUdp(sum) : InternetChecksum.Finish(sum);
        BinaryPrimitives.WriteUInt16BigEndian(summed[offset..], checksum);
        return DropReason.None;
    }

    /// <summary>Linux leaves the CRC of SCTP (RFC 9260 §6.8) undone under the same flag, and tells it apart by the protocol only.</summary>
    private static bool TryFindSctp(Span<byte> frame, int start, out Span<byte> sctp)
    {
        sctp = default;
        if (!FrameLayers.TryFindIPv4(frame, out var ip) || IPv4Header.ParseQuoted(frame[ip..], out var header) != DropReason.None)
            return false;
        var end = ip + header.TotalLength;
        if (header.Protocol != IpProtocol.Sctp || ip + header.HeaderLength != start || end < start || end > frame.Length)
            return false;
        sctp = frame[start..end];
        return true;
    }

    private static DropReason CompleteSctp(Span<byte> packet)
    {
        if (packet.Length < SctpChecksumOffset + sizeof(uint))
            return DropReason.RxOffloadInvalid;
        packet.Slice(SctpChecksumOffset, sizeof(uint)).Clear();
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(packet))
            crc = BitOperations.Crc32C(crc, word);
        foreach (var last in packet[(packet.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, last);
        BinaryPrimitives.WriteUInt32LittleEndian(packet[SctpChecksumOffset..], ~crc);
        return DropReason.None;
    }
}
