using System.Runtime.InteropServices;
using System.Text;
using VRouter.Core.Wire;

namespace VRouter.Io.Netlink;

/// <summary>
/// Walks a sequence of attributes (struct nlattr). Any bytes are safe input: a length that does not fit ends the walk and sets
/// <see cref="IsMalformed"/>; so does reading a value of the wrong size.
/// </summary>
internal ref struct NetlinkAttributeReader
{
    private const int HeaderSize = 4;
    private const ushort TypeMask = 0x3fff; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER

    private ReadOnlySpan<byte> rest;

    public NetlinkAttributeReader(ReadOnlySpan<byte> attributes) => rest = attributes;

    /// <summary>True once something that is no whole attribute, or a value of the wrong size, was met.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The type of the current attribute.</summary>
    public ushort Type { get; private set; }

    /// <summary>The bytes of the current attribute.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next attribute.</summary>
    public bool Next()
    {
        if (rest.IsEmpty)
            return false;
        if (!MemoryMarshal.TryRead<ushort>(rest, out var length) || length < HeaderSize || length > rest.Length)
            return Malformed();
        Type = (ushort)(MemoryMarshal.Read<ushort>(rest[2..]) & TypeMask);
        Value = rest[HeaderSize..length];
        rest = rest[Math.Min(rest.Length, NetlinkReader.Align(length))..];
        return true;
    }

    /// <summary>The value as a number in host byte order.</summary>
    public uint UInt32()
    {
        if (Value.Length == sizeof(uint))
            return MemoryMarshal.Read<uint>(Value);
        Malformed();
        return 0;
    }

    /// <summary>The value as one byte.</summary>
    public byte UInt8()
    {
        if (Value.Length == 1)
            return Value[0];
        Malformed();
        return 0;
    }

    /// <summary>The value as an address in network byte order.</summary>
    public IPv4Address IPv4()
    {
        if (Value.Length == IPv4Address.Size)
            return new IPv4Address(Value[0], Value[1], Value[2], Value[3]);
        Malformed();
        return default;
    }

    /// <summary>The value as text up to its terminating zero.</summary>
    public readonly string Text()
    {
        var end = Value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
    }

    private bool Malformed()
    {
        IsMalformed = true;
        rest = default;
        return false;
    }
}
