namespace VRouter.Host.Recording;

/// <summary>A frame as a port handed it over.</summary>
/// <param name="Number">Its number among all frames of the file, from 1, as other programs count them.</param>
/// <param name="Interface">The interface of the file.</param>
/// <param name="Bytes">From the Ethernet header on.</param>
internal sealed record RecordedFrame(uint Number, uint Interface, byte[] Bytes)
{
    /// <summary>What is special about it; null: nothing.</summary>
    public FrameRemark? Remark { get; init; }
}
