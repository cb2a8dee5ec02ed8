namespace VRouter.Host.Fuzz;

/// <summary>How long to fuzz, and where things are kept.</summary>
internal sealed record FuzzOptions
{
    /// <summary>When to stop; null: never by time.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>After how many cases to stop; null: never by their number.</summary>
    public long? Cases { get; init; }

    /// <summary>Where the random numbers begin.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Where the corpus is kept; null: in memory only.</summary>
    public string? CorpusFolder { get; init; }

    /// <summary>Where finds are written, each into a folder of its own.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The most different finds, after which it stops.</summary>
    public int MostFinds { get; init; } = 20;
}
