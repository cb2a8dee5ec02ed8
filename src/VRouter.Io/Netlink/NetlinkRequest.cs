using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using VRouter.Core.Wire;

namespace VRouter.Io.Netlink;

/// <summary>Builds one request: header, fixed part, attributes.</summary>
internal sealed class NetlinkRequest
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);
    private readonly ushort type;
    private readonly ushort flags;

    public NetlinkRequest(ushort type, ushort flags)
    {
        this.type = type;
        this.flags = (ushort)(flags | NetlinkType.FlagRequest);
        buffer.Write(stackalloc byte[NetlinkMessage.HeaderSize]);
    }

    /// <summary>Appends a fixed structure in host byte order.</summary>
    public NetlinkRequest Fixed<T>(T value)
        where T : unmanaged
    {
        buffer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        return this;
    }

    public NetlinkRequest Attribute(ushort attributeType, uint value) =>
        Attribute(attributeType, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    public NetlinkRequest Attribute(ushort attributeType, IPv4Address address)
    {
        var value = UInt32BE.From(address.Value);
        return Attribute(attributeType, MemoryMarshal.AsBytes(new ReadOnlySpan<UInt32BE>(in value)));
    }

    public NetlinkRequest Attribute(ushort attributeType, MacAddress address)
    {
        Span<byte> value = stackalloc byte[MacAddress.Size];
        address.Write(value);
        return Attribute(attributeType, value);
    }

    /// <summary>Appends text and its terminating zero.</summary>
    public NetlinkRequest Attribute(ushort attributeType, string text) => Attribute(attributeType, Encoding.UTF8.GetBytes(text + '\0'));

    /// <summary>Appends an attribute that contains one text attribute.</summary>
    public NetlinkRequest Nested(ushort attributeType, ushort innerType, string text)
    {
        var inner = new NetlinkRequest(0, 0).Attribute(innerType, text);
        return Attribute(attributeType, inner.buffer.WrittenSpan[NetlinkMessage.HeaderSize..]);
    }

    public NetlinkRequest Attribute(ushort attributeType, ReadOnlySpan<byte> value)
    {
        Span<byte> header = stackalloc byte[4];
        MemoryMarshal.Write(header, (ushort)(4 + value.Length));
        MemoryMarshal.Write(header[2..], attributeType);
        buffer.Write(header);
        buffer.Write(value);
        buffer.Write(stackalloc byte[NetlinkReader.Align(value.Length) - value.Length]);
        return this;
    }

    /// <summary>The finished message with this sequence number.</summary>
    public byte[] ToBytes(uint sequence)
    {
        var message = buffer.WrittenSpan.ToArray();
        MemoryMarshal.Write(message, message.Length);
        MemoryMarshal.Write(message.AsSpan(4), type);
        MemoryMarshal.Write(message.AsSpan(6), flags);
        MemoryMarshal.Write(message.AsSpan(8), sequence);
        return message;
    }
}
