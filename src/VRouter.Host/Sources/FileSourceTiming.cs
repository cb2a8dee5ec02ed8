namespace VRouter.Host.Sources;

/// <summary>How patient a <see cref="FileSource"/> is.</summary>
public sealed record FileSourceTiming
{
    /// <summary>How long files must be left alone before they are read, so that half-written ones are not.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>After this time files are read even if they are still being written.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often files are looked at when no event came.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);
}
