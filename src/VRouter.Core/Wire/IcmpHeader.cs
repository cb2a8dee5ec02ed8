using System.Runtime.InteropServices;
using VRouter.Core.Graph;

namespace VRouter.Core.Wire;

/// <summary>An ICMP message's header (RFC 792): 8 bytes. Setters do not touch the checksum; <see cref="UpdateChecksum"/> follows them.</summary>
public readonly ref struct IcmpHeader
{
    /// <summary>Bytes on the wire, without what follows the second word.</summary>
    public const int Size = 8;

    private readonly ref Fields fields;
    private readonly Span<byte> message;

    private IcmpHeader(Span<byte> message)
    {
        fields = ref MemoryMarshal.AsRef<Fields>(message);
        this.message = message;
    }

    /// <summary>One of <see cref="IcmpType"/>.</summary>
    public byte Type
    {
        get => fields.Type;
        set => fields.Type = value;
    }

    /// <summary>Its meaning depends on the type: <see cref="IcmpUnreachableCode"/>, <see cref="IcmpTimeExceededCode"/>.</summary>
    public byte Code
    {
        get => fields.Code;
        set => fields.Code = value;
    }

    /// <summary>The checksum as it stands.</summary>
    public ushort Checksum
    {
        get => fields.Checksum.Value;
        set => fields.Checksum = UInt16BE.From(value);
    }

    /// <summary>The second word, whose meaning depends on the type.</summary>
    public uint RestOfHeader
    {
        get => fields.RestOfHeader.Value;
        set => fields.RestOfHeader = UInt32BE.From(value);
    }

    /// <summary>The MTU of the next hop, in a "fragmentation needed" message; 0 from a router older than RFC 1191.</summary>
    public ushort NextHopMtu
    {
        get => (ushort)RestOfHeader;
        set => RestOfHeader = (RestOfHeader & 0xffff_0000) | value;
    }

    /// <summary>The second word of a Parameter Problem that points at a byte of the header which it quotes, counted from 0 (RFC 792).</summary>
    public static uint PointerWord(byte pointer) => (uint)pointer << 24;

    /// <summary>The identifier of an echo request or reply.</summary>
    public ushort EchoIdentifier => (ushort)(RestOfHeader >> 16);

    /// <summary>The sequence number of an echo request or reply.</summary>
    public ushort EchoSequence => (ushort)RestOfHeader;

    /// <summary>True if the message reports an error about the packet that it quotes.</summary>
    public bool IsError => IcmpType.IsError(fields.Type);

    /// <summary>What follows the 8 bytes: an echo's data, or the start of the packet that an error is about.</summary>
    public Span<byte> Payload => message[Size..];

    /// <summary>
    /// Checks that the header is whole (<see cref="DropReason.IcmpTruncated"/>) and that the checksum over the whole message is true
    /// (<see cref="DropReason.IcmpChecksum"/>).
    /// </summary>
    /// <param name="message">The payload of an unfragmented IP packet, without padding.</param>
    /// <param name="header">The view, if the result is <see cref="DropReason.None"/>.</param>
    public static DropReason Parse(Span<byte> message, out IcmpHeader header)
    {
        header = default;
        if (message.Length < Size)
            return DropReason.IcmpTruncated;
        if (!InternetChecksum.IsValid(message))
            return DropReason.IcmpChecksum;
        header = new IcmpHeader(message);
        return DropReason.None;
    }

    /// <summary>The header at the start of at least 8 bytes, unchecked otherwise.</summary>
    public static IcmpHeader At(Span<byte> message) => new(message);

    /// <summary>Writes the 8 bytes in front of a payload that stands already, with a true checksum over all of <paramref name="message"/>.</summary>
    public static IcmpHeader Write(Span<byte> message, byte type, byte code, uint restOfHeader)
    {
        var header = new IcmpHeader(message) { Type = type, Code = code, RestOfHeader = restOfHeader };
        header.UpdateChecksum();
        return header;
    }

    /// <summary>Computes the checksum over the whole message and stores it.</summary>
    public void UpdateChecksum()
    {
        fields.Checksum = default;
        fields.Checksum = UInt16BE.From(InternetChecksum.Compute(message));
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Fields
    {
        public byte Type;
        public byte Code;
        public UInt16BE Checksum;
        public UInt32BE RestOfHeader;
    }
}
