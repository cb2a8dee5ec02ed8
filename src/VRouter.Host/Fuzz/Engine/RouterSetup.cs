namespace VRouter.Host.Fuzz.Engine;

/// <summary>How a router is run.</summary>
internal sealed record RouterSetup
{
    /// <summary>With the fused path, or through the stages alone.</summary>
    public bool Fused { get; init; }

    /// <summary>Frames of one port and one time enter together as a vector; else each alone, as in a replay.</summary>
    public bool Together { get; init; }

    /// <summary>What memory holds that nobody wrote.</summary>
    public byte Fill { get; init; }

    /// <summary>Room for neighbors; null: as in the daemon.</summary>
    public int? MostNeighbors { get; init; }

    /// <summary>Neighbors answer ARP; else only what they sent counts.</summary>
    public bool AnswersArp { get; init; } = true;

    /// <summary>Follows all frames; only without the fused path.</summary>
    public PassTracer? Tracer { get; init; }
}
