namespace VRouter.Io.Ports.Pcap;

/// <summary>Block types and option codes of pcapng (draft-ietf-opsawg-pcapng).</summary>
internal static class PcapNgBlock
{
    public const uint SectionHeader = 0x0a0d0d0a;
    public const uint InterfaceDescription = 1;
    public const uint ObsoletePacket = 2;
    public const uint SimplePacket = 3;
    public const uint EnhancedPacket = 6;

    public const uint ByteOrderMagic = 0x1a2b3c4d;

    /// <summary>Type and length in front, length behind.</summary>
    public const int Overhead = 12;

    public const ushort EndOfOptions = 0;
    public const ushort Comment = 1;
    public const ushort InterfaceName = 2;
    public const ushort InterfaceDescriptionText = 3;
    public const ushort TimestampResolution = 9;
    public const ushort FrameCheckSequenceLength = 13;
    public const ushort TimestampOffset = 14;
    public const ushort SectionApplication = 4;

    /// <summary>Rounds up to the four bytes on which fields begin.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}
