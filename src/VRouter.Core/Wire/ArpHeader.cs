using System.Runtime.InteropServices;
using VRouter.Core.Graph;

namespace VRouter.Core.Wire;

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826): 28 bytes.</summary>
public readonly ref struct ArpHeader
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 28;

    private const ushort HardwareEthernet = 1;

    private readonly ref Fields fields;

    private ArpHeader(Span<byte> packet) => fields = ref MemoryMarshal.AsRef<Fields>(packet);

    /// <summary>One of <see cref="ArpOperation"/>.</summary>
    public ushort Operation
    {
        get => fields.Operation.Value;
        set => fields.Operation = UInt16BE.From(value);
    }

    /// <summary>The sender's Ethernet address.</summary>
    public MacAddress SenderMac
    {
        get => new(((ulong)fields.SenderMacHigh.Value << 32) | fields.SenderMacLow.Value);
        set
        {
            fields.SenderMacHigh = UInt16BE.From((ushort)(value.Bits >> 32));
            fields.SenderMacLow = UInt32BE.From((uint)value.Bits);
        }
    }

    /// <summary>The sender's IPv4 address; 0.0.0.0 in an address probe (RFC 5227 §2.1.1).</summary>
    public IPv4Address SenderAddress
    {
        get => new(fields.SenderAddress.Value);
        set => fields.SenderAddress = UInt32BE.From(value.Value);
    }

    /// <summary>The target's Ethernet address; in a request it means nothing.</summary>
    public MacAddress TargetMac
    {
        get => new(((ulong)fields.TargetMacHigh.Value << 32) | fields.TargetMacLow.Value);
        set
        {
            fields.TargetMacHigh = UInt16BE.From((ushort)(value.Bits >> 32));
            fields.TargetMacLow = UInt32BE.From((uint)value.Bits);
        }
    }

    /// <summary>The target's IPv4 address.</summary>
    public IPv4Address TargetAddress
    {
        get => new(fields.TargetAddress.Value);
        set => fields.TargetAddress = UInt32BE.From(value.Value);
    }

    /// <summary>
    /// Checks that all 28 bytes are there (<see cref="DropReason.ArpTruncated"/>) and that the packet is a request or a reply for
    /// IPv4 over Ethernet with addresses of 6 and 4 bytes (<see cref="DropReason.ArpUnsupported"/>).
    /// </summary>
    public static DropReason Parse(Span<byte> packet, out ArpHeader header)
    {
        header = default;
        if (packet.Length < Size)
            return DropReason.ArpTruncated;
        var view = new ArpHeader(packet);
        if (view.fields.Hardware.Value != HardwareEthernet || view.fields.Protocol.Value != EtherType.IPv4
            || view.fields.HardwareLength != MacAddress.Size || view.fields.ProtocolLength != IPv4Address.Size
            || view.Operation is not (ArpOperation.Request or ArpOperation.Reply))
            return DropReason.ArpUnsupported;
        header = view;
        return DropReason.None;
    }

    /// <summary>The packet at the start of at least 28 bytes, unchecked otherwise.</summary>
    public static ArpHeader At(Span<byte> packet) => new(packet);

    /// <summary>Writes the 28 bytes.</summary>
    public static ArpHeader Write(
        Span<byte> packet, ushort operation, MacAddress senderMac, IPv4Address senderAddress, MacAddress targetMac, IPv4Address targetAddress)
    {
        var header = new ArpHeader(packet);
        header.fields.Hardware = UInt16BE.From(HardwareEthernet);
        header.fields.Protocol = UInt16BE.From(EtherType.IPv4);
        header.fields.HardwareLength = MacAddress.Size;
        header.fields.ProtocolLength = IPv4Address.Size;
        header.Operation = operation;
        header.SenderMac = senderMac;
        header.SenderAddress = senderAddress;
        header.TargetMac = targetMac;
        header.TargetAddress = targetAddress;
        return header;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Fields
    {
        public UInt16BE Hardware;
        public UInt16BE Protocol;
        public byte HardwareLength;
        public byte ProtocolLength;
        public UInt16BE Operation;
        public UInt16BE SenderMacHigh;
        public UInt32BE SenderMacLow;
        public UInt32BE SenderAddress;
        public UInt16BE TargetMacHigh;
        public UInt32BE TargetMacLow;
        public UInt32BE TargetAddress;
    }
}
