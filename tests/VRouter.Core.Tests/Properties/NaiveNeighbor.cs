using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Properties;

/// <summary>One of <see cref="NaiveNeighbors"/>. Times are nanoseconds.</summary>
internal sealed class NaiveNeighbor
{
    public NeighborState State { get; set; }

    /// <summary>Null while it is not known.</summary>
    public MacAddress? Mac { get; set; }

    /// <summary>Frames wait for it.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Requests sent since the state began.</summary>
    public int Requests { get; set; }

    public long LastUsed { get; set; }

    public long UpdatedAt { get; set; }

    /// <summary>From when on a failed one is asked for again.</summary>
    public long RetryAt { get; set; }

    /// <summary>When something is to be done.</summary>
    public long Due { get; set; }
}
