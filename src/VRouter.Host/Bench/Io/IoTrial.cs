namespace VRouter.Host.Bench.Io;

/// <summary>One run of frames through a forwarder.</summary>
/// <param name="Sent">Frames that were sent.</param>
/// <param name="Received">Frames that arrived.</param>
/// <param name="Seconds">How long was sent.</param>
/// <param name="ProcessorNanoseconds">What the forwarder's threads have run; null if that cannot be told.</param>
/// <param name="OtherNanoseconds">What threads have run that work for it elsewhere; null if there are none.</param>
/// <param name="Losses">Frames lost, by reason and place.</param>
internal sealed record IoTrial(long Sent, long Received, double Seconds, long? ProcessorNanoseconds, long? OtherNanoseconds, IReadOnlyDictionary<string, long> Losses)
{
    /// <summary>Lost frames that nobody counted; negative if more arrived than was sent.</summary>
    public long Unexplained => Sent - Received - Losses.Values.Sum();

    /// <summary>Frames per second that arrived.</summary>
    public double ReceivedRate => Received / Seconds;

    /// <summary>Frames per second that were sent.</summary>
    public double SentRate => Sent / Seconds;
}
