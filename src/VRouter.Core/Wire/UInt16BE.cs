using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VRouter.Core.Wire;

/// <summary>A 16-bit unsigned integer in network byte order: two bytes, as they stand on the wire.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct UInt16BE
{
    private readonly ushort raw;

    private UInt16BE(ushort raw) => this.raw = raw;

    /// <summary>The value in host byte order.</summary>
    public ushort Value => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;

    /// <summary>The value as a header structure holds it.</summary>
    public static UInt16BE From(ushort value) => new(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
