namespace VRouter.Host.Lab;

/// <summary>One frame as a wire carried it, from the Ethernet header on, without FCS.</summary>
/// <param name="Timestamp">When it was seen: nanoseconds since 1970-01-01 UTC, or of the simulated clock.</param>
/// <param name="Data">
/// All bytes. Where the sender's kernel had left a transport checksum for the network card to finish, it has been finished here.
/// </param>
/// <param name="IsOutgoing">True if the captured interface sent it, false if it received it.</param>
/// <param name="SegmentSize">For a super-frame that the kernel would cut before a real wire: the payload of each segment, bytes; else 0.</param>
internal sealed record WireFrame(long Timestamp, byte[] Data, bool IsOutgoing, int SegmentSize);
