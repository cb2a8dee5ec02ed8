using VRouter.Host.Lab;

namespace VRouter.Host.Demo.Simulation;

/// <summary>A wire between two ports that loses nothing and keeps a copy of every frame.</summary>
internal sealed class SimulatedWire
{
    private readonly SimulatedClock clock;
    private readonly Queue<(SimulatedPort To, byte[] Frame)> underWay = [];
    private readonly List<WireFrame> frames = [];

    public SimulatedWire(SimulatedClock clock)
    {
        this.clock = clock;
        First = new SimulatedPort(this);
        Second = new SimulatedPort(this);
    }

    /// <summary>One end.</summary>
    public SimulatedPort First { get; }

    /// <summary>The other end.</summary>
    public SimulatedPort Second { get; }

    /// <summary>What the wire carried so far; outgoing is what the first end sent.</summary>
    public IReadOnlyList<WireFrame> Frames => frames;

    /// <summary>Lets the frames arrive that are under way now.</summary>
    /// <returns>False if there were none.</returns>
    public bool Deliver()
    {
        var count = underWay.Count;
        for (var i = 0; i < count; i++)
        {
            var (to, frame) = underWay.Dequeue();
            to.Receive(frame);
        }

        return count > 0;
    }

    internal void Put(SimulatedPort from, byte[] frame)
    {
        frames.Add(new WireFrame(clock.Now, frame, from == First));
        underWay.Enqueue((from == First ? Second : First, frame));
    }
}
