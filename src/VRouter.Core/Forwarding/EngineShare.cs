using System.Numerics;

namespace VRouter.Core.Forwarding;

/// <summary>
/// Which of several workers an engine belongs to. What a router may do only so often, or number only once, is parted among them without a word between
/// them.
/// </summary>
/// <param name="Worker">The worker's index.</param>
/// <param name="Workers">Number of workers.</param>
public sealed record EngineShare(int Worker, int Workers)
{
    /// <summary>The only worker.</summary>
    public static EngineShare Whole { get; } = new(0, 1);

    /// <summary>
    /// How far one IP identification is from this worker's next: the low bits tell the worker, so that no two workers give the same number
    /// (RFC 6864 §4.2 wants them unique for each pair of addresses while packets of that pair live).
    /// </summary>
    public ushort IdentificationStep => (ushort)BitOperations.RoundUpToPowerOf2((uint)Workers);

    /// <summary>This worker's first IP identification, given the router's.</summary>
    public ushort IdentificationFrom(ushort first) => (ushort)((first & ~(IdentificationStep - 1)) | Worker);

    /// <summary>This worker's part of a rate: an equal one, at least one at a time and one a second.</summary>
    public RateLimit Of(RateLimit limit) => new(Math.Max(1, limit.PerSecond / Workers), Math.Max(1, limit.Burst / Workers));

    /// <summary>This worker's part of the limits and numbers of ICMP errors.</summary>
    public IcmpErrorOptions Of(IcmpErrorOptions options) => options with
    {
        PerDestination = Of(options.PerDestination),
        PathMtuPerDestination = Of(options.PathMtuPerDestination),
        Overall = Of(options.Overall),
        FirstIdentification = IdentificationFrom(options.FirstIdentification),
        IdentificationStep = IdentificationStep,
    };
}
