using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Ports;

namespace VRouter.Benchmarks.Workers;

/// <summary>A port in memory whose frames never end, and that takes whatever is sent.</summary>
internal sealed class FlowPort(string name, IReadOnlyList<byte[]> frames) : IPort
{
    private readonly byte[][] endless = [.. frames];
    private readonly Queue<byte[]> once = [];
    private int next;

    public string Name => name;

    public string Driver => "memory";

    public int Mtu => 1500;

    public MacAddress Mac => MacAddress.WorkloadGateway;

    public int Descriptor => -1;

    public PortCounters Counters { get; } = new();

    public PortState State => PortState.Up;

    public void Once(byte[] frame) => once.Enqueue(frame);

    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        var before = vector.Count;
        while (vector.Room > 0 && once.TryDequeue(out var frame))
            Add(pool, vector, frame);
        while (vector.Room > 0 && endless.Length > 0 && Add(pool, vector, endless[next]))
            next = next + 1 < endless.Length ? next + 1 : 0;
        return vector.Count - before;
    }

    public void Transmit(FrameVector vector) => vector.Verdicts.Fill(Verdict.Transmit);

    public void Dispose()
    {
    }

    private static bool Add(FramePool pool, FrameVector vector, byte[] bytes)
    {
        if (!pool.TryRent(out var frame))
            return false;
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        vector.Add(frame);
        return true;
    }
}
