namespace VRouter.Host.Bench.Lpm;

/// <summary>What single route updates took, in microseconds.</summary>
/// <param name="Updates">How many were made.</param>
/// <param name="MedianMicroseconds">The middle one.</param>
/// <param name="Percentile99Microseconds">All but a hundredth took less.</param>
/// <param name="MaxMicroseconds">The longest: a short prefix, or a move to a new memory.</param>
internal sealed record UpdateTimes(int Updates, double MedianMicroseconds, double Percentile99Microseconds, double MaxMicroseconds);
