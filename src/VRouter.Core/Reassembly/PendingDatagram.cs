using VRouter.Core.Graph;

namespace VRouter.Core.Reassembly;

/// <summary>A datagram of which fragments came.</summary>
internal struct PendingDatagram
{
    /// <summary>No datagram, no fragment, no length.</summary>
    public const int None = -1;

    /// <summary>Which it is.</summary>
    public DatagramKey Key;

    /// <summary>When its first fragment came to the router, nanoseconds.</summary>
    public long StartedAt;

    /// <summary>The fragment with the lowest offset, in <see cref="HeldFragments"/>; or <see cref="None"/>.</summary>
    public int Lowest;

    /// <summary>The fragment with the highest offset.</summary>
    public int Highest;

    /// <summary>How many fragments are held.</summary>
    public int Fragments;

    /// <summary>Bytes of payload that are held.</summary>
    public int Bytes;

    /// <summary>Bytes of payload of the whole datagram, once the last fragment told; else <see cref="None"/>.</summary>
    public int Total;

    /// <summary>Fragments of other datagrams of the sender since the last one of this.</summary>
    public int Distance;

    /// <summary>What becomes of its fragments.</summary>
    public DatagramState State;

    /// <summary>Refused: why.</summary>
    public DropReason Reason;

    /// <summary>A bit for each ECN codepoint that a fragment had.</summary>
    public byte Codepoints;

    /// <summary>The one that began right before it, and right after.</summary>
    public int Older;
    public int Newer;
}
