using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VRouter.Core.Wire;

/// <summary>A 32-bit unsigned integer in network byte order: four bytes, as they stand on the wire.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct UInt32BE
{
    private readonly uint raw;

    private UInt32BE(uint raw) => this.raw = raw;

    /// <summary>The value in host byte order.</summary>
    public uint Value => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;

    /// <summary>The value as a header structure holds it.</summary>
    public static UInt32BE From(uint value) => new(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
