namespace VRouter.Host.Bench.Io;

/// <summary>What is measured, and how long.</summary>
internal sealed record IoSettings
{
    private const int FewRounds = 3, ManyRounds = 9;

    /// <summary>The ports of the router under test.</summary>
    public required IoDriver Driver { get; init; }

    /// <summary>The encapsulation between nodes.</summary>
    public required IoMode Mode { get; init; }

    /// <summary>Whether the kernel's own forwarding is measured beside.</summary>
    public required bool Kernel { get; init; }

    /// <summary>Whether the same router is measured once more while it records.</summary>
    public bool Record { get; init; }

    /// <summary>Programs that are measured beside, each run as <c>PROGRAM IN OUT NEXT-HOP-MAC</c>.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];

    /// <summary>Seconds for each measurement of a forwarder.</summary>
    public required int Seconds { get; init; }

    /// <summary>Rounds in which the forwarders take turns. What recording costs is near what disturbs the machine, so it is compared in more and shorter ones.</summary>
    public int Rounds => Record ? Math.Clamp(Seconds, FewRounds, ManyRounds) : FewRounds;

    /// <summary>Bytes of a frame with its FCS.</summary>
    public required int FrameSize { get; init; }

    /// <summary>Flows that the frames belong to, in turn.</summary>
    public required int Flows { get; init; }

    /// <summary>The core that sends.</summary>
    public required int SenderCore { get; init; }

    /// <summary>The core that forwards.</summary>
    public required int RouterCore { get; init; }
}
