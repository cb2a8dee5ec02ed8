using VRouter.Core.Frames;
using VRouter.Io.Ports;

namespace VRouter.Io.Tests.Support;

/// <summary>A wire between two ports: a thread that transmits on each what the other receives, as a worker would, and keeps a copy of each frame.</summary>
internal sealed class Patch : IDisposable
{
    private readonly IPort first;
    private readonly IPort second;
    private readonly Thread thread;
    private readonly List<byte[]> frames = [];
    private volatile bool isStopping;
    private Exception? failure;

    public Patch(IPort first, IPort second)
    {
        this.first = first;
        this.second = second;
        thread = new Thread(Run) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Every frame that passed, in either direction. Ends the patch.</summary>
    public List<byte[]> Stop()
    {
        isStopping = true;
        thread.Join();
        if (failure is not null)
            throw new InvalidOperationException("The patch failed.", failure);
        return frames;
    }

    public void Dispose() => Stop();

    private void Run()
    {
        try
        {
            using var harness = new PortHarness();
            var vector = new FrameVector();
            while (!isStopping)
            {
                var now = Environment.TickCount64 * 1_000_000;
                if (Move(harness.Pool, vector, first, second, now) + Move(harness.Pool, vector, second, first, now) == 0)
                    Poll.Wait(1, first.Descriptor, second.Descriptor);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
    }

    private int Move(FramePool pool, FrameVector vector, IPort from, IPort to, long now)
    {
        var count = from.Receive(pool, vector, now);
        if (count == 0)
            return 0;
        foreach (var frame in vector.Frames)
            frames.Add(frame.Bytes.ToArray());
        to.Transmit(vector);
        foreach (var frame in vector.Frames)
            pool.Return(frame);
        vector.Clear();
        return count;
    }
}
