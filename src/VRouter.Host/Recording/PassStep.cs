using VRouter.Core.Tables;

namespace VRouter.Host.Recording;

/// <summary>One of the things that happen in a pass.</summary>
internal abstract record PassStep
{
    private PassStep()
    {
    }

    /// <summary>A change of the tables took effect.</summary>
    public sealed record Tables(long Number) : PassStep;

    /// <summary>A port came.</summary>
    public sealed record Attach(int Port, uint Interface) : PassStep;

    /// <summary>A port went.</summary>
    public sealed record Detach(int Port) : PassStep;

    /// <summary>The engine was called.</summary>
    /// <param name="Port">The port whose frames it was given, or -1 for its timers.</param>
    /// <param name="Offset">Where the bytes of most frames begin in their slots.</param>
    /// <param name="Available">Frames free in the pool.</param>
    /// <param name="Frames">What it was given.</param>
    public sealed record Call(int Port, int Offset, FreeFrames Available, IReadOnlyList<RecordedFrame> Frames) : PassStep
    {
        /// <summary>Notices of other workers that it took in, in order.</summary>
        public List<NeighborNotice> Notices { get; } = [];

        /// <summary>What ports did with what it sent, in order.</summary>
        public List<RecordedTransmission> Transmissions { get; } = [];
    }
}
