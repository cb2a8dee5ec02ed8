using VRouter.Core.Frames;
using VRouter.Core.Wire;

namespace VRouter.Core.Reassembly;

/// <summary>
/// What the fragments of one datagram have in common: addresses, protocol and identification (RFC 791 §3.2), and where they came from, so that what came out of a
/// tunnel, or by another port, is never put together with what did not.
/// </summary>
/// <param name="Addresses">Source, and destination in the lower half.</param>
/// <param name="Rest">Port, tunnel depth, protocol and identification.</param>
internal readonly record struct DatagramKey(ulong Addresses, ulong Rest)
{
    /// <summary>The sender.</summary>
    public uint Source => (uint)(Addresses >> 32);

    /// <summary>The fragment's.</summary>
    public static DatagramKey Of(IPv4Header header, in FrameMetadata metadata) => new(
        ((ulong)header.Source.Value << 32) | header.Destination.Value,
        ((ulong)(ushort)metadata.RxPort << 32) | ((ulong)metadata.TunnelDepth << 24) | ((ulong)header.Protocol << 16) | header.Identification);
}
