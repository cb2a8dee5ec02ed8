using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>
/// Numbers as they come out of memory when a header is read by whole words, on a little-endian processor: the fused path compares, adds and stores them so, and
/// swaps bytes only where it needs a number's value.
/// </summary>
internal static class WireOrder
{
    /// <summary>The six bytes of a MAC address, in the low 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mac(ulong bits) => BinaryPrimitives.ReverseEndianness(bits << 16);

    /// <summary>The six bytes of a MAC address, in the low 48 bits.</summary>
    public static ulong Mac(MacAddress address) => Mac(address.Bits);

    /// <summary>A source MAC address and the EtherType that follows it: the last 8 bytes of an Ethernet header.</summary>
    public static ulong SourceAndType(MacAddress source, ushort type) => Mac(source) | ((ulong)UInt16(type) << 48);

    /// <summary>Two bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(ushort value) => BinaryPrimitives.ReverseEndianness(value);

    /// <summary>Four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(uint value) => BinaryPrimitives.ReverseEndianness(value);

    /// <summary>
    /// Folds a one's complement sum of wire words to 16 bits, still in wire order (RFC 1071 §2 B): each addition with its own halves, exchanged, leaves the sum
    /// with its carry in the upper half.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Fold(ulong sum)
    {
        sum += ulong.RotateRight(sum, 32);
        var half = (uint)(sum >> 32);
        half += uint.RotateRight(half, 16);
        return (ushort)(half >> 16);
    }

    /// <summary>True for a multiple of 0xffff: a sum of words of any length is one exactly if it folds to 0xffff, or is 0.</summary>
    /// <remarks>A multiplication with the inverse of 0xffff modulo 2^64 divides multiples; all else becomes larger than any quotient.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsMultipleOfFfff(ulong sum) => sum * 0xfffe_fffe_fffe_ffff <= ulong.MaxValue / 0xffff;

    /// <summary>One's complement addition of two sums of wire words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong left, ulong right)
    {
        var sum = left + right;
        return sum + (sum < right ? 1UL : 0UL);
    }

    /// <summary>
    /// The sum of bytes in memory, for <see cref="Fold"/>: the halves of 8 bytes are added apart, so that carries need no care. For EngineBenchmarks'
    /// VxlanDecap, whose UDP checksums it verifies; a call, so that its sums never stand on the caller's stack.
    /// </summary>
    /// <param name="bytes">The first byte.</param>
    /// <param name="length">At most 65,535; an odd last byte counts as the first one of a word (RFC 1071 §1).</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static unsafe ulong Sum(byte* bytes, int length)
    {
        ulong sum = 0;
        if (length >= Vector256<byte>.Count)
        {
            var halves = Vector256.Create((ulong)uint.MaxValue);
            var sums = Vector256<ulong>.Zero;
            for (; length >= Vector256<byte>.Count; length -= Vector256<byte>.Count, bytes += Vector256<byte>.Count)
            {
                var words = Vector256.Load(bytes).AsUInt64();
                sums += (words & halves) + (words >>> 32);
            }

            sum = Vector256.Sum(sums);
        }

        for (; length >= sizeof(ulong); length -= sizeof(ulong), bytes += sizeof(ulong))
        {
            var word = Unsafe.ReadUnaligned<ulong>(bytes);
            sum += (uint)word + (word >> 32);
        }

        if ((length & sizeof(uint)) != 0)
        {
            sum += Unsafe.ReadUnaligned<uint>(bytes);
            bytes += sizeof(uint);
        }

        if ((length & sizeof(ushort)) != 0)
        {
            sum += Unsafe.ReadUnaligned<ushort>(bytes);
            bytes += sizeof(ushort);
        }

        if ((length & 1) != 0)
            sum += *bytes;
        return sum;
    }
}
