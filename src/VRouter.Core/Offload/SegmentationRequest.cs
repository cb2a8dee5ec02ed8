namespace VRouter.Core.Offload;

/// <summary>How whoever made a super-frame wants it cut. Positions count from the first byte that <see cref="SegmentationPlan"/> is given.</summary>
/// <param name="Kind">Into what; not <see cref="SegmentationKind.None"/>.</param>
/// <param name="SegmentSize">Bytes of payload per frame.</param>
/// <param name="Network">Where the outermost IPv4 header is.</param>
/// <param name="Transport">
/// Where the transport header is whose payload is cut, behind at most one tunnel; or <see cref="FirstTransport"/>. For fragments also: the checksum field holds
/// only the pseudo-header's sum.
/// </param>
public readonly record struct SegmentationRequest(SegmentationKind Kind, int SegmentSize, int Network, int Transport)
{
    /// <summary>The transport header behind the outermost IPv4 header.</summary>
    public const int FirstTransport = -1;
}
