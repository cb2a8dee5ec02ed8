using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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

    /// <summary>One's complement addition of two sums of wire words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong left, ulong right)
    {
        var sum = left + right;
        return sum + (sum < right ? 1UL : 0UL);
    }
}
