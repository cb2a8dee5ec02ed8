using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Generators;

/// <summary>A frame by its fields, of which each may be anything; lengths and the checksum are true unless they are given.</summary>
internal sealed record Packet
{
    public required Way Way { get; init; }

    public MacAddress? EthernetDestination { get; init; }

    public MacAddress? EthernetSource { get; init; }

    public ushort EthernetType { get; init; } = EtherType.IPv4;

    public byte Version { get; init; } = 4;

    /// <summary>In words of four bytes.</summary>
    public byte? HeaderLength { get; init; }

    public byte TosEcn { get; init; }

    public ushort? TotalLength { get; init; }

    public ushort Identification { get; init; } = 0x1234;

    /// <summary>The three bits: reserved, DF, MF.</summary>
    public byte Flags { get; init; }

    /// <summary>In units of eight bytes.</summary>
    public ushort Offset { get; init; }

    public byte Ttl { get; init; } = 64;

    public byte Protocol { get; init; } = 253;

    public ushort? Checksum { get; init; }

    public IPv4Address? Source { get; init; }

    public IPv4Address? Destination { get; init; }

    public byte[] Options { get; init; } = [];

    public byte[] Payload { get; init; } = [];

    /// <summary>Bytes behind the packet, as links pad short frames.</summary>
    public byte[] Trailer { get; init; } = [];

    /// <summary>Outer TOS of a way through a tunnel.</summary>
    public byte OuterTosEcn { get; init; }

    /// <summary>The frame.</summary>
    public PortFrame Build()
    {
        var packet = BuildPacket();
        byte[] inner = [.. Ethernet(), .. packet, .. Trailer];
        return new PortFrame(Way.Port, Way.IsTunnelled ? VxlanFrames.Around(inner, OuterTosEcn) : inner);
    }

    /// <summary>A case of this frame alone.</summary>
    public Case AsCase(string name)
    {
        name = $"{name}, {Way.Name}";
        return new(name, [(Source is null ? this with { Source = Way.SourceFor(name) } : this).Build()]);
    }

    private byte[] Ethernet()
    {
        var header = new byte[EthernetHeader.Size];
        EthernetHeader.Write(header, EthernetDestination ?? Way.RouterMac, EthernetSource ?? Way.SenderMac, EthernetType);
        return header;
    }

    private byte[] BuildPacket()
    {
        byte[] options = [.. Options, .. new byte[(4 - (Options.Length % 4)) % 4]];
        var header = IPv4Header.MinimumSize + options.Length;
        var packet = new byte[header + Payload.Length];
        options.CopyTo(packet, IPv4Header.MinimumSize);
        Payload.CopyTo(packet, header);
        IPv4Header.Write(
            packet, TotalLength ?? (ushort)packet.Length, Protocol, Source ?? Way.Source, Destination ?? Way.Destination, Ttl, TosEcn, Identification);
        packet[0] = (byte)((Version << 4) | (HeaderLength ?? (header / 4)));
        packet[6] = (byte)((Flags << 5) | (Offset >> 8));
        packet[7] = (byte)Offset;
        packet[10] = packet[11] = 0;
        // Over as many bytes as the header says that it has, if they are there, so that a false length is not hidden behind a false checksum.
        var summed = Math.Min(Math.Max((packet[0] & 0xf) * 4, IPv4Header.MinimumSize), packet.Length);
        var checksum = Checksum ?? InternetChecksum.Compute(packet.AsSpan(0, summed));
        (packet[10], packet[11]) = ((byte)(checksum >> 8), (byte)checksum);
        return packet;
    }
}
