namespace VRouter.Host.Bench.Io;

/// <summary>By how much the router is better than another: 2 is twice as good. Null where a figure is missing.</summary>
/// <param name="Against">The other.</param>
/// <param name="Received">Median frames that arrived per second.</param>
/// <param name="Lossless">The highest rate without loss.</param>
/// <param name="Processor">Processor time for each frame; unlike the rates it does not suffer from other programs on the core.</param>
/// <param name="Tcp">The TCP stream.</param>
internal sealed record RatioReport(string Against, double Received, double? Lossless, double? Processor, double? Tcp)
{
    /// <summary>Divides.</summary>
    public static RatioReport Of(ForwarderReport router, ForwarderReport other) => new(
        other.Name,
        Divide(router.ReceivedPerSecond.Median, other.ReceivedPerSecond.Median) ?? 0,
        Divide(router.LosslessPerSecond, other.LosslessPerSecond),
        Divide(other.ProcessorNanosecondsPerFrame, router.ProcessorNanosecondsPerFrame),
        Divide(router.TcpBitsPerSecond, other.TcpBitsPerSecond));

    private static double? Divide(double? one, double? other) => one is { } value && other is > 0 ? Math.Round(value / other.Value, 2) : null;
}
