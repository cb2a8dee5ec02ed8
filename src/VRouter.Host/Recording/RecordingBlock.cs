namespace VRouter.Host.Recording;

/// <summary>
/// The block types of a recording beside those of pcapng: of the range for local use (draft-ietf-opsawg-pcapng §11.1), which other programs pass over.
/// docs/recording.md has their content.
/// </summary>
internal static class RecordingBlock
{
    /// <summary>pcapng: the first block of a file.</summary>
    public const uint Section = 0x0a0d_0d0a;

    /// <summary>pcapng: an interface.</summary>
    public const uint Interface = 1;

    /// <summary>pcapng: a frame.</summary>
    public const uint Packet = 6;

    /// <summary>The first block behind the section header; JSON.</summary>
    public const uint Header = 0x8076_5200;

    /// <summary>A change of the tables; JSON.</summary>
    public const uint Tables = 0x8076_5201;

    /// <summary>What one worker did between two moments: times, vectors, what ports did with frames.</summary>
    public const uint Pass = 0x8076_5202;

    /// <summary>One worker's counters at this place.</summary>
    public const uint Counters = 0x8076_5203;

    /// <summary>Ends a chunk: whose it is, its number, length and checksum.</summary>
    public const uint Seal = 0x8076_5204;

    /// <summary>The recording ends, and why; JSON.</summary>
    public const uint End = 0x8076_5205;

    /// <summary>The configuration that changes of the tables come of, where the recorder knew it; JSON.</summary>
    public const uint Configuration = 0x8076_5206;

    /// <summary>Type and length in front, length behind.</summary>
    public const int Overhead = 12;

    /// <summary>Bytes of a <see cref="Seal"/> block.</summary>
    public const int SealLength = Overhead + 16;

    /// <summary>Bytes in front of a frame in an enhanced packet block.</summary>
    public const int PacketHeader = 28;

    /// <summary>The longest chunk, its seal not counted.</summary>
    public const int LongestChunk = 1 << 20;

    /// <summary>The stream of what concerns all workers.</summary>
    public const int ControlStream = -1;

    /// <summary>In a pass block: more of the same pass follows.</summary>
    public const uint MoreFollows = 1;

    /// <summary>Rounds up to the four bytes on which fields begin.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}
