using System.Runtime.InteropServices;
using VRouter.Core.Graph;

namespace VRouter.Core.Wire;

/// <summary>A VXLAN header (RFC 7348 §5): 8 bytes.</summary>
public readonly ref struct VxlanHeader
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>The I flag: the VNI is valid.</summary>
    public const byte VniFlag = 0x08;

    /// <summary>The largest VNI.</summary>
    public const uint MaximumVni = 0xff_ffff;

    /// <summary>The assigned UDP port, which Calico uses.</summary>
    public const ushort AssignedPort = 4789;

    /// <summary>The UDP port of Linux before the assignment, which flannel uses.</summary>
    public const ushort LinuxPort = 8472;

    private readonly ref Fields fields;

    private VxlanHeader(Span<byte> bytes)
    {
        fields = ref MemoryMarshal.AsRef<Fields>(bytes);
        Payload = bytes[Size..];
    }

    /// <summary>The eight flags, of which RFC 7348 defines only <see cref="VniFlag"/>.</summary>
    public byte Flags => (byte)(fields.FlagsAndReserved.Value >> 24);

    /// <summary>The 24 reserved bits between flags and VNI.</summary>
    public uint Reserved1 => fields.FlagsAndReserved.Value & 0xff_ffff;

    /// <summary>The virtual network identifier, 24 bits.</summary>
    public uint Vni => fields.VniAndReserved.Value >> 8;

    /// <summary>The 8 reserved bits after the VNI.</summary>
    public byte Reserved2 => (byte)fields.VniAndReserved.Value;

    /// <summary>True if the I flag is set, without which a packet must be discarded.</summary>
    public bool HasVni => (Flags & VniFlag) != 0;

    /// <summary>True if all reserved flags and bits are 0: Linux drops other packets, RFC 7348 ignores what they hold.</summary>
    public bool ReservedAreZero => (fields.FlagsAndReserved.Value & ~((uint)VniFlag << 24)) == 0 && Reserved2 == 0;

    /// <summary>The inner Ethernet frame.</summary>
    public Span<byte> Payload { get; }

    /// <summary>Checks that the header is whole (<see cref="DropReason.VxlanTruncated"/>). Flags and VNI are for the caller to judge.</summary>
    public static DropReason Parse(Span<byte> bytes, out VxlanHeader header)
    {
        header = default;
        if (bytes.Length < Size)
            return DropReason.VxlanTruncated;
        header = new VxlanHeader(bytes);
        return DropReason.None;
    }

    /// <summary>The header at the start of at least 8 bytes.</summary>
    public static VxlanHeader At(Span<byte> bytes) => new(bytes);

    /// <summary>Writes the 8 bytes: the I flag, the VNI (its low 24 bits), all else 0.</summary>
    public static VxlanHeader Write(Span<byte> bytes, uint vni)
    {
        var header = new VxlanHeader(bytes);
        header.fields.FlagsAndReserved = UInt32BE.From((uint)VniFlag << 24);
        header.fields.VniAndReserved = UInt32BE.From(vni << 8);
        return header;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Fields
    {
        public UInt32BE FlagsAndReserved;
        public UInt32BE VniAndReserved;
    }
}
