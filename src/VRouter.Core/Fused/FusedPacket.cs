using System.Runtime.CompilerServices;

namespace VRouter.Core.Fused;

/// <summary>
/// What <see cref="FusedInput"/> found in a frame, for <see cref="FusedOutput"/>: one word, so that it stays in a register on its way (three fields of their own
/// size were stored apart and loaded together, which stalls).
/// </summary>
internal readonly struct FusedPacket
{
    /// <summary>No change of the codepoint.</summary>
    public const byte KeepEcn = 0xff;

    private readonly ulong word;

    /// <summary>Joins the parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FusedPacket(int start, FusedState state, byte ecn) => word = (uint)start | ((ulong)state << 32) | ((ulong)ecn << 40);

    /// <summary>Where the header of the packet to forward stands in the slot: the inner packet's, if it came out of a tunnel.</summary>
    public int Start => (int)word;

    /// <summary>What is to become of it.</summary>
    public FusedState State => (FusedState)(byte)(word >> 32);

    /// <summary>The ECN codepoint that the packet goes on with; <see cref="KeepEcn"/>: its own.</summary>
    public byte Ecn => (byte)(word >> 40);
}
