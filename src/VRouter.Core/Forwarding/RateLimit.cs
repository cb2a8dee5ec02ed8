namespace VRouter.Core.Forwarding;

/// <summary>A token bucket's measures.</summary>
/// <param name="PerSecond">Events a second in the long run, at least 1.</param>
/// <param name="Burst">Events that may come at once after a pause, at least 1.</param>
public readonly record struct RateLimit(int PerSecond, int Burst);
