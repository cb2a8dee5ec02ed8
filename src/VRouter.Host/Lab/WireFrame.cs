namespace VRouter.Host.Lab;

/// <summary>One frame as a wire carried it, from the Ethernet header on, without FCS.</summary>
/// <param name="Timestamp">When it was seen: nanoseconds since 1970-01-01 UTC, or of the simulated clock.</param>
/// <param name="Data">
/// All bytes. What the sender's kernel had left to a network card has been done here: checksums are finished, super-frames cut.
/// </param>
/// <param name="IsOutgoing">True if the captured interface sent it, false if it received it.</param>
internal sealed record WireFrame(long Timestamp, byte[] Data, bool IsOutgoing);
