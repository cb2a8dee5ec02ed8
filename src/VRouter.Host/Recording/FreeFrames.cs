using System.Buffers.Binary;

namespace VRouter.Host.Recording;

/// <summary>How many frames of a pool were free.</summary>
/// <param name="Small">Those of the usual size.</param>
/// <param name="Large">Those for super-frames.</param>
internal readonly record struct FreeFrames(int Small, int Large)
{
    /// <summary>Reads both.</summary>
    public static FreeFrames Read(ReadOnlySpan<byte> entry) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(entry), BinaryPrimitives.ReadInt32LittleEndian(entry[4..]));
}
