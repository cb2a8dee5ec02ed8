namespace VRouter.Host.Bench.Io;

/// <summary>What one forwarder reached.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Remark">What else to know about it, or null.</param>
/// <param name="VerifiedFrames">Frames at the far end whose every header was found right, before and after.</param>
/// <param name="SentPerSecond">Frames offered without a limit, over the rounds.</param>
/// <param name="ReceivedPerSecond">Frames that arrived then.</param>
/// <param name="Sent">All frames of these rounds.</param>
/// <param name="Received">Those that arrived.</param>
/// <param name="Lost">Those that did not.</param>
/// <param name="Losses">Why, as far as it was counted; "kernel-to-node" and "kernel-to-far" are the kernel's own queues before and behind the node.</param>
/// <param name="Unexplained">Lost frames that nobody counted; null where the forwarder does not tell.</param>
/// <param name="LosslessPerSecond">The highest rate found at which nothing is lost.</param>
/// <param name="ProcessorNanosecondsPerFrame">Time of the forwarder's threads for each frame that arrived, least of the rounds, while another thread keeps half of the core busy, so that it
/// always has frames waiting; null if it has no thread of its own.</param>
/// <param name="Ping">Round trips of ICMP echo, pod to pod over two nodes.</param>
/// <param name="Udp">The same of UDP datagrams.</param>
/// <param name="TcpBitsPerSecond">One TCP stream, pod to pod over two nodes.</param>
/// <param name="IdlePercent">What it takes of a core while nothing comes, in percent.</param>
internal sealed record ForwarderReport(
    string Name,
    string? Remark,
    int VerifiedFrames,
    Spread SentPerSecond,
    Spread ReceivedPerSecond,
    long Sent,
    long Received,
    long Lost,
    IReadOnlyDictionary<string, long> Losses,
    long? Unexplained,
    double LosslessPerSecond,
    double? ProcessorNanosecondsPerFrame,
    Percentiles? Ping,
    Percentiles? Udp,
    double? TcpBitsPerSecond,
    double? IdlePercent)
{
    /// <summary>What its recording is and took; null: it does not record.</summary>
    public RecordingCost? Recording { get; init; }
}
