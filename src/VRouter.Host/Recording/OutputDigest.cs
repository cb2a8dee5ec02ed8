using System.Numerics;
using System.Runtime.InteropServices;
using VRouter.Core.Frames;

namespace VRouter.Host.Recording;

/// <summary>
/// A running digest of all that a worker gives to its ports: four CRC-32C over every fourth word, so that a processor computes them side by side. Against chance, not
/// against an enemy.
/// </summary>
internal struct OutputDigest
{
    private uint first;
    private uint second;
    private uint third;
    private uint fourth;

    /// <summary>The digest so far.</summary>
    public readonly ulong Value => ((ulong)(first ^ BitOperations.RotateLeft(third, 7)) << 32) | (second ^ BitOperations.RotateLeft(fourth, 11));

    /// <summary>Adds a frame with what says how it is to be cut.</summary>
    /// <param name="port">Where it leaves.</param>
    /// <param name="frame">The frame.</param>
    public void Add(int port, Frame frame)
    {
        ref readonly var metadata = ref frame.Metadata;
        var bytes = frame.Bytes;
        first = BitOperations.Crc32C(first, ((ulong)port << 32) | (uint)bytes.Length);
        if ((metadata.Flags & FrameFlags.SuperFrame) != 0)
        {
            var starts = (uint)(((metadata.TransportStart - metadata.Offset) << 16) | (metadata.PayloadStart - metadata.Offset));
            first = BitOperations.Crc32C(first, ((ulong)metadata.Segmentation << 48) | ((ulong)metadata.SegmentSize << 32) | starts);
        }

        Add(bytes);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        var (one, two, three, four) = (first, second, third, fourth);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        while (words.Length >= 4)
        {
            one = BitOperations.Crc32C(one, words[0]);
            two = BitOperations.Crc32C(two, words[1]);
            three = BitOperations.Crc32C(three, words[2]);
            four = BitOperations.Crc32C(four, words[3]);
            words = words[4..];
        }

        foreach (var word in words)
            (one, two, three, four) = (BitOperations.Crc32C(four, word), one, two, three);
        foreach (var last in bytes[(bytes.Length & ~7)..])
            one = BitOperations.Crc32C(one, last);
        (first, second, third, fourth) = (one, two, three, four);
    }
}
