namespace VRouter.Core.Forwarding;

/// <summary>When a frame began to wait.</summary>
/// <param name="Call">The number of the stage's call.</param>
/// <param name="Index">The frame's place in that call's vector.</param>
internal readonly record struct HeldMark(long Call, int Index);
