using System.Runtime.CompilerServices;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>
/// The 20 bytes of an IPv4 header without options, read by three loads; <see cref="IPv4Header"/> says what the fields mean. The fused
/// paths of EngineBenchmarks take their speed from here: all checks of a header are made on three registers. It stays in them only while nothing takes its address,
/// so every member must be inlined, and a method that is not takes the header's address instead.
/// </summary>
internal readonly unsafe struct IPv4Words
{
    // As on the wire, in wire order: version to flags; TTL to source; destination.
    private const ulong MoreFragmentsOrOffset = 0xff3fUL << 48;
    private const ulong OffsetBits = 0xff1fUL << 48;
    private const ulong DontFragmentBit = 0x0040UL << 48;
    public const byte VersionFourWithoutOptions = 0x45;

    /// <summary>Version, header length, type of service, total length, identification, flags and offset.</summary>
    public readonly ulong First;

    /// <summary>TTL, protocol, checksum and source.</summary>
    public readonly ulong Second;

    /// <summary>Destination.</summary>
    public readonly uint Third;

    /// <summary>Reads the 20 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IPv4Words(byte* header)
    {
        First = Unsafe.ReadUnaligned<ulong>(header);
        Second = Unsafe.ReadUnaligned<ulong>(header + 8);
        Third = Unsafe.ReadUnaligned<uint>(header + 16);
    }

    /// <summary>Of the first word alone, as <see cref="TosEcn"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte TosEcnOf(ulong first) => (byte)(first >> 8);

    /// <summary>Of the first word alone, as <see cref="DontFragmentWord"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong DontFragmentWordOf(ulong first) => first & DontFragmentBit;

    public bool IsVersionFourWithoutOptions
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte)First == VersionFourWithoutOptions;
    }

    public byte TosEcn
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TosEcnOf(First);
    }

    public int TotalLength
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WireOrder.UInt16((ushort)(First >> 16));
    }

    public bool IsFragment
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (First & MoreFragmentsOrOffset) != 0;
    }

    public bool IsLaterFragment
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (First & OffsetBits) != 0;
    }

    public int FragmentOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (WireOrder.UInt16((ushort)(First >> 48)) & 0x1fff) * 8;
    }

    public bool DontFragment
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (First & DontFragmentBit) != 0;
    }

    /// <summary>DF where it stands in the first word of an outer header that takes it over.</summary>
    public ulong DontFragmentWord
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => DontFragmentWordOf(First);
    }

    public byte Ttl
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte)Second;
    }

    public byte Protocol
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte)(Second >> 8);
    }

    public uint Source
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WireOrder.UInt32((uint)(Second >> 32));
    }

    public uint Destination
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WireOrder.UInt32(Third);
    }

    /// <summary>RFC 791 §3.1: all words with the checksum sum to minus zero.</summary>
    public bool HasTrueChecksum
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WireOrder.Fold(WireOrder.Add(WireOrder.Add(First, Second), Third)) == 0xffff;
    }

    /// <summary>TTL, protocol and checksum after the TTL went down by one: what <see cref="IPv4Header.DecrementTtl"/> leaves there.</summary>
    public uint TtlWordDecremented
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            // One less in the low byte of a word of the sum is one more in the checksum, with the carry added again (RFC 1141); 0xffff is written as 0.
            var word = (uint)Second;
            var checksum = (word >> 16) + 1;
            checksum = (checksum + (checksum >> 16)) & 0xffff;
            checksum = checksum == 0xffff ? 0 : checksum;
            return ((word & 0xffff) - 1) | (checksum << 16);
        }
    }
}
