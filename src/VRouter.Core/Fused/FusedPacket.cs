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

    /// <summary>In <see cref="Marks"/>: valid, goes on as it is, and has room in front for any encapsulation.</summary>
    public const uint Simple = 1;

    /// <summary>In <see cref="Marks"/>: came, without a tunnel, by a port that the host's stack listens to as well.</summary>
    public const uint SharedWithHost = 2;

    private const int StateShift = 32;
    private const int MarksShift = 36;
    private const int EcnShift = 40;
    private const int LengthShift = 48;
    private readonly ulong word;

    /// <summary>Joins the parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FusedPacket(int start, FusedState state, byte ecn) => word = (uint)start | ((ulong)state << StateShift) | ((ulong)ecn << EcnShift);

    /// <summary>A valid packet that keeps its codepoint.</summary>
    /// <param name="start">As <see cref="Start"/>.</param>
    /// <param name="length">As <see cref="Length"/>.</param>
    /// <param name="stateAndMarks">Of <see cref="StateAndMarks"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FusedPacket(int start, int length, ulong stateAndMarks) => word = (uint)start | stateAndMarks | ((ulong)(uint)length << LengthShift);

    /// <summary>Where the header of the packet to forward stands in the slot: the inner packet's, if it came out of a tunnel.</summary>
    public int Start => (int)word;

    /// <summary>What is to become of it.</summary>
    public FusedState State => (FusedState)((byte)(word >> StateShift) & 0xf);

    /// <summary>The ECN codepoint that the packet goes on with; <see cref="KeepEcn"/>: its own.</summary>
    public byte Ecn => (byte)(word >> EcnShift);

    /// <summary>A <see cref="Simple"/> packet's total length.</summary>
    public int Length
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(word >> LengthShift);
    }

    /// <summary>What stands above <see cref="State"/>, and something more: to be masked.</summary>
    public uint Marks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (uint)(word >> MarksShift);
    }

    /// <summary>What all packets have in common that keep their codepoint.</summary>
    public static ulong StateAndMarks(FusedState state, uint marks) => ((ulong)state << StateShift) | ((ulong)marks << MarksShift) | ((ulong)KeepEcn << EcnShift);
}
