using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests.Recording;

/// <summary>A port around another: follows every few frames that it receives by a trace, and tells what it sent.</summary>
/// <param name="inner">The port.</param>
/// <param name="traces">Numbers for the frames that are followed.</param>
/// <param name="sent">Told the bytes of each frame that was sent, in order.</param>
internal sealed class WatchedPort(IPort inner, Func<uint> traces, Action<byte[]> sent) : PortWrapper(inner)
{
    private const int Interval = 3;
    private int received;

    public override int Receive(FramePool pool, FrameVector vector, long now)
    {
        var before = vector.Count;
        var count = base.Receive(pool, vector, now);
        for (var i = before; i < vector.Count; i++)
        {
            if (received++ % Interval == 0)
                vector[i].Metadata.TraceId = traces();
        }

        return count;
    }

    public override void Transmit(FrameVector vector)
    {
        var frames = Enumerable.Range(0, vector.Count).Select(i => vector[i].Bytes.ToArray()).ToList();
        base.Transmit(vector);
        for (var i = 0; i < frames.Count; i++)
        {
            if (vector.Verdicts[i] == Verdict.Transmit)
                sent(frames[i]);
        }
    }
}
