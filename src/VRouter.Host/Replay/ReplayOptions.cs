namespace VRouter.Host.Replay;

/// <summary>What to replay, and through what.</summary>
public sealed record ReplayOptions
{
    /// <summary>The capture, pcap or pcapng.</summary>
    public required string Input { get; init; }

    /// <summary>The configuration's files and directories.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>
    /// The port that receives the capture's frames, by its interface's name; null: each frame goes to the port that its interface in the pcapng is named as.
    /// </summary>
    public string? Port { get; init; }

    /// <summary>The node's name; null: the only one there is.</summary>
    public string? Node { get; init; }

    /// <summary>Where the frames go that the router sends; null: they are counted only.</summary>
    public string? Output { get; init; }

    /// <summary>False: nobody answers the router's ARP requests but the capture itself.</summary>
    public bool AnswerArp { get; init; } = true;

    /// <summary>Runs the fuzzer's checks on the same frames too.</summary>
    public bool Check { get; init; }
}
