using System.Runtime.InteropServices;
using VRouter.Core.Graph;

namespace VRouter.Core.Wire;

/// <summary>An Ethernet II header without a tag (RFC 894): 14 bytes.</summary>
public readonly ref struct EthernetHeader
{
    /// <summary>Bytes on the wire, without the frame check sequence.</summary>
    public const int Size = 14;

    private readonly ref Fields fields;

    private EthernetHeader(Span<byte> frame)
    {
        fields = ref MemoryMarshal.AsRef<Fields>(frame);
        Payload = frame[Size..];
    }

    /// <summary>The receiver's address.</summary>
    public MacAddress Destination
    {
        get => new(((ulong)fields.DestinationHigh.Value << 32) | fields.DestinationLow.Value);
        set
        {
            fields.DestinationHigh = UInt16BE.From((ushort)(value.Bits >> 32));
            fields.DestinationLow = UInt32BE.From((uint)value.Bits);
        }
    }

    /// <summary>The sender's address.</summary>
    public MacAddress Source
    {
        get => new(((ulong)fields.SourceHigh.Value << 32) | fields.SourceLow.Value);
        set
        {
            fields.SourceHigh = UInt16BE.From((ushort)(value.Bits >> 32));
            fields.SourceLow = UInt32BE.From((uint)value.Bits);
        }
    }

    /// <summary>What the payload is, one of <see cref="EtherType"/>.</summary>
    public ushort Type
    {
        get => fields.Type.Value;
        set => fields.Type = UInt16BE.From(value);
    }

    /// <summary>All bytes after the header, padding included.</summary>
    public Span<byte> Payload { get; }

    /// <summary>
    /// Checks that the header is whole (<see cref="DropReason.EthernetTruncated"/>) and that it is Ethernet II and not an
    /// IEEE 802.3 length (<see cref="DropReason.EthernetLengthField"/>).
    /// </summary>
    public static DropReason Parse(Span<byte> frame, out EthernetHeader header)
    {
        header = default;
        if (frame.Length < Size)
            return DropReason.EthernetTruncated;
        var view = new EthernetHeader(frame);
        if (view.Type < EtherType.Minimum)
            return DropReason.EthernetLengthField;
        header = view;
        return DropReason.None;
    }

    /// <summary>The header at the start of a frame of at least 14 bytes, unchecked otherwise.</summary>
    public static EthernetHeader At(Span<byte> frame) => new(frame);

    /// <summary>Writes the 14 bytes.</summary>
    public static EthernetHeader Write(Span<byte> frame, MacAddress destination, MacAddress source, ushort type) =>
        new(frame) { Destination = destination, Source = source, Type = type };

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Fields
    {
        public UInt16BE DestinationHigh;
        public UInt32BE DestinationLow;
        public UInt16BE SourceHigh;
        public UInt32BE SourceLow;
        public UInt16BE Type;
    }
}
