using VRouter.Core.Graph;

namespace VRouter.Io.Ports;

/// <summary>The common end of every transmit path: what became of a frame is counted and told the graph.</summary>
internal static class PortTransmission
{
    /// <summary>Counts a frame as sent (<see cref="DropReason.None"/>) or dropped and gives its verdict.</summary>
    public static Verdict Count(PortCounters counters, int length, DropReason reason)
    {
        if (reason != DropReason.None)
        {
            counters.CountTransmitDrop(reason);
            return Verdict.Drop(reason);
        }

        counters.TransmittedFrames++;
        counters.TransmittedBytes += length;
        return Verdict.Transmit;
    }
}
