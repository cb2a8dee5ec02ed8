using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace VRouter.Host.Recording;

/// <summary>CRC-32C (RFC 3720 §12.1) of a chunk and of the fields of its seal in front of the checksum.</summary>
internal static class ChunkChecksum
{
    /// <summary>The checksum.</summary>
    public static uint Of(ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> seal) => ~Add(Add(uint.MaxValue, blocks), seal);

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            sum = BitOperations.Crc32C(sum, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (var last in bytes[(bytes.Length & ~7)..])
            sum = BitOperations.Crc32C(sum, last);
        return sum;
    }
}
