using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VRouter.Core.Wire;

/// <summary>
/// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of all 16-bit words.
/// A partial sum is a number in host byte order that is not yet folded, so that sums of several parts can be added with '+'
/// (up to 65,536 of them); each part but the last must have an even length.
/// </summary>
public static class InternetChecksum
{
    /// <summary>Sums the words of <paramref name="data"/>; an odd last byte counts as the high byte of a word (RFC 1071 §1). At most 0xffff.</summary>
    public static uint Sum(ReadOnlySpan<byte> data)
    {
        // One's complement addition does not depend on byte order (RFC 1071 §2 B), so words are added as they lie in memory, eight bytes
        // at a time, and the result is swapped once.
        ulong sum = 0;
        if (Vector256.IsHardwareAccelerated && data.Length >= 2 * Vector256<byte>.Count)
        {
            var vectors = MemoryMarshal.Cast<byte, Vector256<ulong>>(data);
            sum = SumVectors(vectors);
            data = data[(vectors.Length * Vector256<byte>.Count)..];
        }

        while (data.Length >= sizeof(ulong))
        {
            sum = AddWithCarry(sum, MemoryMarshal.Read<ulong>(data));
            data = data[sizeof(ulong)..];
        }

        // At most seven bytes are left.
        ulong tail = 0;
        if ((data.Length & sizeof(uint)) != 0)
        {
            tail = MemoryMarshal.Read<uint>(data);
            data = data[sizeof(uint)..];
        }

        if ((data.Length & sizeof(ushort)) != 0)
        {
            tail += MemoryMarshal.Read<ushort>(data);
            data = data[sizeof(ushort)..];
        }

        if (data.Length != 0)
            tail += BitConverter.IsLittleEndian ? data[0] : (uint)data[0] << 8;
        sum = AddWithCarry(sum, tail);
        var folded = Fold64(sum);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded;
    }

    /// <summary>Copies <paramref name="source"/> and gives its sum as <see cref="Sum"/> does, in one pass over the bytes.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="destination">At least as long; may not overlap it.</param>
    public static uint CopyAndSum(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        destination = destination[..source.Length];
        if (!Vector256.IsHardwareAccelerated || source.Length < Vector256<byte>.Count)
        {
            source.CopyTo(destination);
            return Sum(source);
        }

        // As SumVectors, whose remarks hold.
        var vectors = MemoryMarshal.Cast<byte, Vector256<ulong>>(source);
        var copies = MemoryMarshal.Cast<byte, Vector256<ulong>>(destination)[..vectors.Length];
        var low = Vector256<ulong>.Zero;
        var high = Vector256<ulong>.Zero;
        var mask = Vector256.Create(0xffff_ffffUL);
        for (var i = 0; i < vectors.Length; i++)
        {
            var vector = vectors[i];
            copies[i] = vector;
            low += vector & mask;
            high += vector >>> 32;
        }

        var done = vectors.Length * Vector256<byte>.Count;
        source[done..].CopyTo(destination[done..]);
        var folded = Fold64(Vector256.Sum((low & mask) + (low >>> 32) + (high & mask) + (high >>> 32)));
        return Sum(source[done..]) + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded);
    }

    /// <summary>Folds a partial sum and complements it: the value for the header's checksum field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Finish(uint sum)
    {
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>As <see cref="Finish"/>, for UDP, where a field of zero would say "no checksum": zero becomes 0xffff (RFC 768).</summary>
    public static ushort FinishUdp(uint sum)
    {
        var checksum = Finish(sum);
        return checksum == 0 ? (ushort)0xffff : checksum;
    }

    /// <summary>The checksum of <paramref name="data"/>, whose own checksum field must be zero.</summary>
    public static ushort Compute(ReadOnlySpan<byte> data) => Finish(Sum(data));

    /// <summary>True if <paramref name="data"/>, its checksum field included, sums to minus zero.</summary>
    public static bool IsValid(ReadOnlySpan<byte> data) => Sum(data) == 0xffff;

    /// <summary>The partial sum of the pseudo-header of TCP and UDP over IPv4 (RFC 768, RFC 9293 §3.1).</summary>
    /// <param name="source">The packet's source address.</param>
    /// <param name="destination">The packet's destination address; with a source route, the final one.</param>
    /// <param name="protocol">The protocol number.</param>
    /// <param name="length">Bytes of the transport header and its data.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PseudoHeader(IPv4Address source, IPv4Address destination, byte protocol, ushort length) =>
        (source.Value >> 16) + (source.Value & 0xffff) + (destination.Value >> 16) + (destination.Value & 0xffff) + protocol + length;

    /// <summary>The checksum after one 16-bit word of the data changed (RFC 1624 §3, equation 3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Update(ushort checksum, ushort oldWord, ushort newWord) =>
        Finish((uint)(ushort)~checksum + (ushort)~oldWord + newWord);

    /// <summary>The checksum after two neighboring, word-aligned 16-bit words changed, such as an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Update(ushort checksum, uint oldWords, uint newWords) =>
        Finish((uint)(ushort)~checksum + (~oldWords >> 16) + (~oldWords & 0xffff) + (newWords >> 16) + (newWords & 0xffff));

    private static ulong SumVectors(ReadOnlySpan<Vector256<ulong>> vectors)
    {
        // 32-bit words in 64-bit lanes cannot overflow within any span that fits in memory.
        var low = Vector256<ulong>.Zero;
        var high = Vector256<ulong>.Zero;
        var mask = Vector256.Create(0xffff_ffffUL);
        foreach (var vector in vectors)
        {
            low += vector & mask;
            high += vector >>> 32;
        }

        var lanes = (low & mask) + (low >>> 32) + (high & mask) + (high >>> 32);
        return Vector256.Sum(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AddWithCarry(ulong sum, ulong word)
    {
        sum += word;
        return sum < word ? sum + 1 : sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Fold64(ulong sum)
    {
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
