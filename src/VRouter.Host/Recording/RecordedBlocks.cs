using System.Buffers.Binary;

namespace VRouter.Host.Recording;

/// <summary>Walks the blocks of a chunk whose lengths are known to fit.</summary>
internal ref struct RecordedBlocks(ReadOnlySpan<byte> chunk)
{
    private readonly ReadOnlySpan<byte> chunk = chunk;
    private int next;

    /// <summary>Where the block begins in the chunk.</summary>
    public int Offset { get; private set; }

    /// <summary>The block's type.</summary>
    public uint Type { get; private set; }

    /// <summary>All of the block.</summary>
    public ReadOnlySpan<byte> Block { get; private set; }

    /// <summary>What lies between the lengths.</summary>
    public readonly ReadOnlySpan<byte> Body => Block[8..^4];

    /// <summary>The text of a block that holds JSON; empty if it does not fit.</summary>
    public readonly ReadOnlySpan<byte> Json
    {
        get
        {
            if (Body.Length < 4)
                return default;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(Body);
            return length <= Body.Length - 4 ? Body.Slice(4, (int)length) : default;
        }
    }

    /// <summary>Goes on to the next block.</summary>
    public bool Next()
    {
        if (next == chunk.Length)
            return false;
        Offset = next;
        Type = BinaryPrimitives.ReadUInt32LittleEndian(chunk[next..]);
        Block = chunk.Slice(next, BinaryPrimitives.ReadInt32LittleEndian(chunk[(next + 4)..]));
        next += Block.Length;
        return true;
    }
}
