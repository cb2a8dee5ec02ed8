using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests.Recording;

/// <summary>A port around another: follows every few frames that it receives by a trace, and tells what it sent.</summary>
/// <param name="inner">The port.</param>
/// <param name="traces">Numbers for the frames that are followed.</param>
/// <param name="sent">Told the bytes of each frame that was sent, in order.</param>
internal sealed class WatchedPort(IPort inner, Func<uint> traces, Action<byte[]> sent) : IPort
{
    private const int Interval = 3;
    private int received;

    public string Name => inner.Name;

    public string Driver => inner.Driver;

    public int Mtu => inner.Mtu;

    public MacAddress Mac => inner.Mac;

    public int Descriptor => inner.Descriptor;

    public PortCounters Counters => inner.Counters;

    public PortState State => inner.State;

    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        var before = vector.Count;
        var count = inner.Receive(pool, vector, now);
        for (var i = before; i < vector.Count; i++)
        {
            if (received++ % Interval == 0)
                vector[i].Metadata.TraceId = traces();
        }

        return count;
    }

    public void Transmit(FrameVector vector)
    {
        var frames = Enumerable.Range(0, vector.Count).Select(i => vector[i].Bytes.ToArray()).ToList();
        inner.Transmit(vector);
        for (var i = 0; i < frames.Count; i++)
        {
            if (vector.Verdicts[i] == Verdict.Transmit)
                sent(frames[i]);
        }
    }

    public void Dispose() => inner.Dispose();
}
