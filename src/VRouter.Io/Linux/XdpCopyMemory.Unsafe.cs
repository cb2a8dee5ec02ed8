using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <summary>
/// The chunks that the sockets of one <see cref="XdpCopySocket.OpenSeveral"/> send from (a UMEM), a part for each. The memory goes when the last of them is closed, whichever thread closes it.
/// </summary>
internal sealed unsafe class XdpCopyMemory
{
    /// <summary>Bytes of a chunk.</summary>
    public const int ChunkSize = 2048;

    private const int PageSize = 4096;

    private byte* memory;
    private int users = 1;

    /// <summary>Takes the memory; the caller is its first user.</summary>
    /// <param name="chunks">Number of chunks.</param>
    public XdpCopyMemory(uint chunks)
    {
        Length = (ulong)chunks * ChunkSize;
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)Length, PageSize);
    }

    /// <summary>Bytes of all chunks. An address from here on is none of the memory.</summary>
    public ulong Length { get; }

    /// <summary>Where the chunks begin.</summary>
    public byte* Start => memory;

    /// <summary>One user more.</summary>
    public void Enter() => Interlocked.Increment(ref users);

    /// <summary>One user less.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref users) > 0)
            return;
        NativeMemory.AlignedFree(memory);
        memory = null;
    }
}
