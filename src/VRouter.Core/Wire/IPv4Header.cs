using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Graph;

namespace VRouter.Core.Wire;

/// <summary>
/// An IPv4 header (RFC 791 §3.1): 20 to 60 bytes. Every setter and <see cref="DecrementTtl"/> keep the header checksum true, if it was true
/// before, by patching it (RFC 1624); only <see cref="Checksum"/> itself and <see cref="Options"/> are written raw.
/// </summary>
public readonly ref struct IPv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumSize = 20;

    /// <summary>Bytes of a header with all options that fit.</summary>
    public const int MaximumSize = 60;

    /// <summary>The largest total length.</summary>
    public const int MaximumTotalLength = 65535;

    private const ushort DontFragmentBit = 0x4000;
    private const ushort MoreFragmentsBit = 0x2000;
    private const ushort OffsetMask = 0x1fff;
    private const byte VersionFourWithoutOptions = 0x45;

    private readonly ref Fields fields;
    private readonly Span<byte> packet;

    private IPv4Header(Span<byte> packet)
    {
        fields = ref MemoryMarshal.AsRef<Fields>(packet);
        this.packet = packet;
    }

    /// <summary>The version field; 4 after <see cref="Parse"/>.</summary>
    public int Version => fields.VersionAndLength >> 4;

    /// <summary>Bytes of the header, options included: 20 to 60 after <see cref="Parse"/>.</summary>
    public int HeaderLength => (fields.VersionAndLength & 0xf) * 4;

    /// <summary>The whole type-of-service byte: DSCP and ECN (RFC 2474, RFC 3168).</summary>
    public byte TosEcn
    {
        get => fields.TosEcn;
        set
        {
            Patch(fields.TosEcn, value);
            fields.TosEcn = value;
        }
    }

    /// <summary>The differentiated services codepoint, 0 to 63 (RFC 2474 §3).</summary>
    public byte Dscp
    {
        get => (byte)(fields.TosEcn >> 2);
        set => TosEcn = (byte)((value << 2) | (fields.TosEcn & Ecn.Mask));
    }

    /// <summary>One of the codepoints of <see cref="Ecn"/>.</summary>
    public byte EcnBits
    {
        get => (byte)(fields.TosEcn & Ecn.Mask);
        set => TosEcn = (byte)((fields.TosEcn & ~Ecn.Mask) | (value & Ecn.Mask));
    }

    /// <summary>Bytes of header and payload.</summary>
    public ushort TotalLength
    {
        get => fields.TotalLength.Value;
        set
        {
            Patch(fields.TotalLength.Value, value);
            fields.TotalLength = UInt16BE.From(value);
        }
    }

    /// <summary>What all fragments of one datagram share (RFC 6864).</summary>
    public ushort Identification
    {
        get => fields.Identification.Value;
        set
        {
            Patch(fields.Identification.Value, value);
            fields.Identification = UInt16BE.From(value);
        }
    }

    /// <summary>DF: routers must not fragment.</summary>
    public bool DontFragment
    {
        get => (fields.FlagsAndOffset.Value & DontFragmentBit) != 0;
        set => FlagsAndOffset = (ushort)(value ? FlagsAndOffset | DontFragmentBit : FlagsAndOffset & ~DontFragmentBit);
    }

    /// <summary>MF: this is not the last fragment.</summary>
    public bool MoreFragments
    {
        get => (fields.FlagsAndOffset.Value & MoreFragmentsBit) != 0;
        set => FlagsAndOffset = (ushort)(value ? FlagsAndOffset | MoreFragmentsBit : FlagsAndOffset & ~MoreFragmentsBit);
    }

    /// <summary>Where the payload stands in the datagram, in bytes; a multiple of 8, at most 65,528.</summary>
    public int FragmentOffset
    {
        get => (fields.FlagsAndOffset.Value & OffsetMask) * 8;
        set => FlagsAndOffset = (ushort)((FlagsAndOffset & ~OffsetMask) | ((value >> 3) & OffsetMask));
    }

    /// <summary>True for any fragment, the first one included.</summary>
    public bool IsFragment => (fields.FlagsAndOffset.Value & (MoreFragmentsBit | OffsetMask)) != 0;

    /// <summary>True for a fragment that does not hold the transport header.</summary>
    public bool IsLaterFragment => (fields.FlagsAndOffset.Value & OffsetMask) != 0;

    /// <summary>Routers that the packet may still pass.</summary>
    public byte Ttl
    {
        get => fields.Ttl;
        set
        {
            Patch((ushort)(fields.Ttl << 8), (ushort)(value << 8));
            fields.Ttl = value;
        }
    }

    /// <summary>One of <see cref="IpProtocol"/>.</summary>
    public byte Protocol
    {
        get => fields.Protocol;
        set
        {
            Patch(fields.Protocol, value);
            fields.Protocol = value;
        }
    }

    /// <summary>The header checksum as it stands; setting it repairs nothing.</summary>
    public ushort Checksum
    {
        get => fields.Checksum.Value;
        set => fields.Checksum = UInt16BE.From(value);
    }

    /// <summary>The sender.</summary>
    public IPv4Address Source
    {
        get => new(fields.Source.Value);
        set
        {
            Patch(fields.Source.Value, value.Value);
            fields.Source = UInt32BE.From(value.Value);
        }
    }

    /// <summary>The receiver.</summary>
    public IPv4Address Destination
    {
        get => new(fields.Destination.Value);
        set
        {
            Patch(fields.Destination.Value, value.Value);
            fields.Destination = UInt32BE.From(value.Value);
        }
    }

    /// <summary>The options, padding included; empty for most packets. After writing to it call <see cref="UpdateChecksum"/>.</summary>
    public Span<byte> Options => packet[MinimumSize..HeaderLength];

    /// <summary>The header, options included.</summary>
    public Span<byte> Bytes => packet[..HeaderLength];

    /// <summary>Header and payload: the first <see cref="TotalLength"/> bytes, without the padding of a short frame.</summary>
    public Span<byte> Packet => packet[..TotalLength];

    /// <summary>What follows the header, up to the total length.</summary>
    public Span<byte> Payload => packet[HeaderLength..TotalLength];

    private ushort FlagsAndOffset
    {
        get => fields.FlagsAndOffset.Value;
        set
        {
            Patch(fields.FlagsAndOffset.Value, value);
            fields.FlagsAndOffset = UInt16BE.From(value);
        }
    }

    /// <summary>
    /// The checks of RFC 1812 §5.2.2 on the bytes after the link header: at least 20 bytes (<see cref="DropReason.IPv4Truncated"/>), version 4
    /// (<see cref="DropReason.IPv4Version"/>), header length at least 20 and at most what is there
    /// (<see cref="DropReason.IPv4HeaderLength"/>), total length at least the header length and at most what is there
    /// (<see cref="DropReason.IPv4TotalLength"/>), true header checksum (<see cref="DropReason.IPv4Checksum"/>).
    /// </summary>
    public static DropReason Parse(Span<byte> packet, out IPv4Header header)
    {
        header = default;
        var reason = ParseLengths(packet, out var view);
        if (reason != DropReason.None)
            return reason;
        if (!view.HasTrueChecksum())
            return DropReason.IPv4Checksum;
        header = view;
        return DropReason.None;
    }

    /// <summary>
    /// The packet that an ICMP error quotes (RFC 792, RFC 1812 §4.3.2.3): its header must be whole, but its payload may be cut off, and
    /// its checksum is not looked at. <see cref="Payload"/> and <see cref="Packet"/> of the result must not be used.
    /// </summary>
    public static DropReason ParseQuoted(Span<byte> quote, out IPv4Header header)
    {
        header = default;
        if (quote.Length < MinimumSize)
            return DropReason.IPv4Truncated;
        var view = new IPv4Header(quote);
        if (view.Version != 4)
            return DropReason.IPv4Version;
        if (view.HeaderLength < MinimumSize)
            return DropReason.IPv4HeaderLength;
        if (view.HeaderLength > quote.Length)
            return DropReason.IPv4Truncated;
        header = view;
        return DropReason.None;
    }

    /// <summary>The header at the start of a packet that <see cref="Parse"/> accepted before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IPv4Header At(Span<byte> packet) => new(packet);

    /// <summary>Writes a header of 20 bytes with a true checksum.</summary>
    /// <param name="packet">Where the header goes.</param>
    /// <param name="totalLength">Bytes of header and payload.</param>
    /// <param name="protocol">One of <see cref="IpProtocol"/>.</param>
    /// <param name="source">The sender.</param>
    /// <param name="destination">The receiver.</param>
    /// <param name="ttl">Routers that the packet may pass.</param>
    /// <param name="tosEcn">DSCP and ECN.</param>
    /// <param name="identification">Must differ between packets that may be fragmented (RFC 6864 §4).</param>
    /// <param name="dontFragment">The DF flag.</param>
    public static IPv4Header Write(
        Span<byte> packet,
        ushort totalLength,
        byte protocol,
        IPv4Address source,
        IPv4Address destination,
        byte ttl = 64,
        byte tosEcn = 0,
        ushort identification = 0,
        bool dontFragment = false)
    {
        var header = new IPv4Header(packet);
        ref var fields = ref header.fields;
        fields.VersionAndLength = VersionFourWithoutOptions;
        fields.TosEcn = tosEcn;
        fields.TotalLength = UInt16BE.From(totalLength);
        fields.Identification = UInt16BE.From(identification);
        fields.FlagsAndOffset = UInt16BE.From(dontFragment ? DontFragmentBit : (ushort)0);
        fields.Ttl = ttl;
        fields.Protocol = protocol;
        fields.Source = UInt32BE.From(source.Value);
        fields.Destination = UInt32BE.From(destination.Value);
        header.UpdateChecksum();
        return header;
    }

    /// <summary>Writes options behind the first 20 bytes, where nothing else stands yet, the header's length, and a true checksum.</summary>
    /// <param name="options">A multiple of 4 bytes, at most 40; the total length counts them already.</param>
    public void SetOptions(ReadOnlySpan<byte> options)
    {
        fields.VersionAndLength = (byte)(VersionFourWithoutOptions + (options.Length / 4));
        options.CopyTo(packet[MinimumSize..]);
        UpdateChecksum();
    }

    /// <summary>Lowers a TTL of at least 1 by one and patches the checksum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void DecrementTtl()
    {
        // The TTL is the high byte of its word: one less there is 0x0100 more in the checksum, with the carry added again (RFC 1141).
        var sum = fields.Checksum.Value + 0x0100u;
        var patched = (ushort)(sum + (sum >> 16));
        // A checksum of 0xffff says the same as 0, which is what a computation from scratch gives.
        fields.Checksum = UInt16BE.From(patched == 0xffff ? (ushort)0 : patched);
        fields.Ttl--;
    }

    /// <summary>Computes the checksum over the whole header, options included, and stores it.</summary>
    public void UpdateChecksum()
    {
        fields.Checksum = default;
        fields.Checksum = fields.VersionAndLength == VersionFourWithoutOptions
            ? UInt16BE.From((ushort)~SumOfTwentyBytes())
            : UInt16BE.From(InternetChecksum.Compute(Bytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static DropReason ParseLengths(Span<byte> packet, out IPv4Header header)
    {
        header = default;
        if (packet.Length < MinimumSize)
            return DropReason.IPv4Truncated;
        header = new IPv4Header(packet);
        if (header.Version != 4)
            return DropReason.IPv4Version;
        if (header.HeaderLength < MinimumSize || header.HeaderLength > packet.Length)
            return DropReason.IPv4HeaderLength;
        if (header.TotalLength < header.HeaderLength || header.TotalLength > packet.Length)
            return DropReason.IPv4TotalLength;
        return DropReason.None;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasTrueChecksum() =>
        fields.VersionAndLength == VersionFourWithoutOptions ? SumOfTwentyBytes() == 0xffff : InternetChecksum.IsValid(Bytes);

    // The header of almost every packet: five additions, in the byte order of memory, and one swap (RFC 1071 §2 B).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ushort SumOfTwentyBytes()
    {
        var words = MemoryMarshal.Cast<byte, uint>(packet[..MinimumSize]);
        var sum = (ulong)words[0] + words[1] + words[2] + words[3] + words[4];
        sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum += sum >> 16;
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)sum) : (ushort)sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Patch(ushort oldWord, ushort newWord) =>
        fields.Checksum = UInt16BE.From(InternetChecksum.Update(fields.Checksum.Value, oldWord, newWord));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Patch(uint oldWords, uint newWords) =>
        fields.Checksum = UInt16BE.From(InternetChecksum.Update(fields.Checksum.Value, oldWords, newWords));

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Fields
    {
        public byte VersionAndLength;
        public byte TosEcn;
        public UInt16BE TotalLength;
        public UInt16BE Identification;
        public UInt16BE FlagsAndOffset;
        public byte Ttl;
        public byte Protocol;
        public UInt16BE Checksum;
        public UInt32BE Source;
        public UInt32BE Destination;
    }
}
