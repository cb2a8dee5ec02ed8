using VRouter.Core.Frames;

namespace VRouter.Core.Fused;

/// <summary>A vector on its way through <see cref="FusedForward"/>: pinned arrays of one length.</summary>
internal unsafe ref struct FusedBatch
{
    /// <summary>The frames.</summary>
    public Frame* Frames;

    /// <summary>What the input found.</summary>
    public FusedPacket* Packets;

    /// <summary>The address of each packet, host byte order; any where there is none.</summary>
    public uint* Destinations;

    /// <summary>The adjacency of each address.</summary>
    public int* Indices;

    /// <summary>Where each frame leaves; -1: it is left to the graph.</summary>
    public short* TxPorts;

    /// <summary>How many.</summary>
    public int Count;
}
