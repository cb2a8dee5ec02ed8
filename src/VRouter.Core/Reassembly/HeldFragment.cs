using VRouter.Core.Forwarding;
using VRouter.Core.Frames;

namespace VRouter.Core.Reassembly;

/// <summary>A fragment that waits for the others.</summary>
internal struct HeldFragment
{
    /// <summary>The packet, from its IPv4 header.</summary>
    public Frame Frame;

    /// <summary>When it began to wait.</summary>
    public HeldMark Mark;

    /// <summary>Where its payload begins in the datagram's, in bytes.</summary>
    public int Start;

    /// <summary>Where it ends.</summary>
    public int End;

    /// <summary>The next fragment of the datagram by <see cref="Start"/>, or <see cref="PendingDatagram.None"/>.</summary>
    public int Next;
}
