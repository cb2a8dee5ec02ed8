namespace VRouter.Host.Replay;

/// <summary>What one stage did with one frame of the capture.</summary>
/// <param name="Frame">The frame's number in the capture, from 1.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Verdict">"to ip4-lookup", "drop ttl-expired", "transmit eth0", "deliver" or "hold".</param>
/// <param name="Packet">The frame after the stage, in short.</param>
public sealed record TraceStep(long Frame, string Stage, string Verdict, string Packet);
