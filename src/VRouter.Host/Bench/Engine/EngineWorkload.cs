using VRouter.Core.Frames;
using VRouter.Core.Tables;

namespace VRouter.Host.Bench.Engine;

/// <summary>What the engine is to forward, and with which tables.</summary>
internal sealed record EngineWorkload
{
    /// <summary>The least frame: 64 bytes on the wire, of which the last four, the FCS, never reach a router's memory.</summary>
    public const int LeastFrameSize = 64;

    /// <summary>The largest frame, FCS included: a packet of 9,000 bytes.</summary>
    public const int MostFrameSize = 9018;

    /// <summary>The most /26 prefixes: all of 10.0.0.0/8.</summary>
    public const int MostPrefixes = 1 << 18;

    /// <summary>The most peer nodes.</summary>
    public const int MostPeers = 1 << 14;

    /// <summary>The way through the engine.</summary>
    public required ForwardingPath Path { get; init; }

    /// <summary>Frames for each call of the engine, 1 to <see cref="FrameVector.MaxCount"/>.</summary>
    public int VectorSize { get; init; } = FrameVector.MaxCount;

    /// <summary>Bytes of a frame from or to a workload, FCS included; in a tunnel it is longer by the outer headers.</summary>
    public int FrameSize { get; init; } = LeastFrameSize;

    /// <summary>Remote /26 prefixes; <see cref="Routes"/> takes their place where it is given.</summary>
    public int Prefixes { get; init; } = 1024;

    /// <summary>Nodes that the prefixes lie behind, in turn, each with a MAC address of its own; at most as many as prefixes.</summary>
    public int Peers { get; init; } = 64;

    /// <summary>For <see cref="ForwardingPath.PlainFullTable"/>: the routes, with peers numbered from 1.</summary>
    public IReadOnlyList<KeyValuePair<IPv4Prefix, int>> Routes { get; init; } = [];

    /// <summary>For <see cref="ForwardingPath.PlainFullTable"/>: how many addresses of the covered space are sent to, in turn.</summary>
    public int Destinations { get; init; } = 1_000_000;
}
