namespace VRouter.Core.Fused;

/// <summary>What <see cref="FusedInput"/> found in a frame, for <see cref="FusedOutput"/>.</summary>
/// <param name="Start">Where the header of the packet to forward stands in the slot: the inner packet's, if it came out of a tunnel.</param>
/// <param name="State">What is to become of it.</param>
/// <param name="Ecn">The ECN codepoint that the packet goes on with; <see cref="KeepEcn"/>: its own.</param>
internal readonly record struct FusedPacket(int Start, FusedState State, byte Ecn)
{
    /// <summary>No change of the codepoint.</summary>
    public const byte KeepEcn = 0xff;
}
