using VRouter.Core.Graph;

namespace VRouter.Io.Ports;

/// <summary>What a port counted since it was opened. Written by its worker only; other threads may read at any time.</summary>
public sealed class PortCounters
{
    private readonly long[] receiveDrops = new long[DropReasons.Count];
    private readonly long[] transmitDrops = new long[DropReasons.Count];

    /// <summary>
    /// Frames handed to the worker. As in Linux, a super-frame is one; one that was cut at receipt counts as the frames it was cut into.
    /// </summary>
    public long ReceivedFrames { get; set; }

    /// <summary>Bytes of <see cref="ReceivedFrames"/>, Ethernet headers included.</summary>
    public long ReceivedBytes { get; set; }

    /// <summary>Frames sent, as the worker gave them: a super-frame that left whole is one, and segments that left as one count each.</summary>
    public long TransmittedFrames { get; set; }

    /// <summary>Bytes of <see cref="TransmittedFrames"/>, Ethernet headers included.</summary>
    public long TransmittedBytes { get; set; }

    /// <summary>Frames lost before the worker got them, for this reason: they are not in <see cref="ReceivedFrames"/>.</summary>
    public long ReceiveDropsOf(DropReason reason) => receiveDrops[(int)reason];

    /// <summary>Frames that the worker gave and that were not sent, for this reason. The graph counts them as dropped too.</summary>
    public long TransmitDropsOf(DropReason reason) => transmitDrops[(int)reason];

    /// <summary>Counts frames lost on receive.</summary>
    public void CountReceiveDrop(DropReason reason, long count = 1) => receiveDrops[(int)reason] += count;

    /// <summary>Counts frames not sent.</summary>
    public void CountTransmitDrop(DropReason reason, long count = 1) => transmitDrops[(int)reason] += count;
}
