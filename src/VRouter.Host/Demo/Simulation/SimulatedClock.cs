namespace VRouter.Host.Demo.Simulation;

/// <summary>The time of a simulated network. It moves only when the network is told to go on.</summary>
internal sealed class SimulatedClock
{
    /// <summary>Nanoseconds since the simulation began.</summary>
    public long Now { get; private set; }

    /// <summary>Moves on by so many nanoseconds.</summary>
    public void Advance(long nanoseconds) => Now += nanoseconds;
}
