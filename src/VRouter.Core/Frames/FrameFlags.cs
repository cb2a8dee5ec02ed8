namespace VRouter.Core.Frames;

/// <summary>What the stages note about a frame.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The router made the frame (ICMP error, ARP request, every fragment of a packet but the last); else a port received it.</summary>
    Originated = 1,

    /// <summary>The frame was turned into an answer to its sender (ARP reply, echo reply).</summary>
    Answer = 2,

    /// <summary>The packet came out of a tunnel.</summary>
    Decapsulated = 4,

    /// <summary>The Ethernet destination was a group address (RFC 1122 §3.2.2: no ICMP error about such a packet).</summary>
    LinkBroadcast = 8,

    /// <summary>The packet starts here (ICMP error, echo reply): its TTL is not decremented.</summary>
    LocallyGenerated = 16,

    /// <summary>
    /// A super-frame: several segments or datagrams behind one header, to be cut at the latest where no port takes it whole. Its transport checksum holds only the
    /// pseudo-header's sum; <c>FrameMetadata.Segmentation</c> and the fields beside it are set. Every other frame is as it is on the wire.
    /// </summary>
    SuperFrame = 32,
}
