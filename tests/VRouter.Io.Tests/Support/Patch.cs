using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Offload;
using VRouter.Io.Ports;

namespace VRouter.Io.Tests.Support;

/// <summary>A wire between two ports: a thread that transmits on each what the other receives, as a worker would, and keeps a copy of each frame, super-frames cut.</summary>
internal sealed class Patch : IDisposable
{
    private readonly IPort first;
    private readonly IPort second;
    private readonly PortHarness? given;
    private readonly Thread thread;
    private readonly List<byte[]> frames = [];
    private readonly int largeFrames;
    private volatile bool isStopping;
    private Exception? failure;

    /// <param name="first">A port.</param>
    /// <param name="second">The other.</param>
    /// <param name="largeFrames">Frames of the patch's own pool that take a super-frame.</param>
    /// <param name="harness">Whose frames the ports were opened with; null: they take any.</param>
    public Patch(IPort first, IPort second, int largeFrames = 0, PortHarness? harness = null)
    {
        this.largeFrames = largeFrames;
        given = harness;
        this.first = first;
        this.second = second;
        thread = new Thread(Run) { IsBackground = true };
        thread.Start();
    }

    /// <summary>How many super-frames passed whole; to be read when the patch has ended.</summary>
    public int SuperFrameCount { get; private set; }

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
            using var own = given is null ? new PortHarness(largeFrames: largeFrames) : null;
            var harness = given ?? own!;
            var transmitter = new SegmentingTransmitter(harness.Pool);
            var vector = new FrameVector();
            while (!isStopping)
            {
                var now = Environment.TickCount64 * 1_000_000;
                if (Move(harness.Pool, transmitter, vector, first, second, now) + Move(harness.Pool, transmitter, vector, second, first, now) == 0)
                    Poll.Wait(1, first.Descriptor, second.Descriptor);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
    }

    private int Move(FramePool pool, SegmentingTransmitter transmitter, FrameVector vector, IPort from, IPort to, long now)
    {
        var count = from.Receive(pool, vector, now);
        if (count == 0)
            return 0;
        foreach (var frame in vector.Frames)
            Keep(frame);
        transmitter.Transmit(to, vector);
        for (var i = 0; i < vector.Count; i++)
        {
            if (vector.Verdicts[i] != Verdict.Hold)
                pool.Return(vector[i]);
        }

        vector.Clear();
        return count;
    }

    private void Keep(Frame frame)
    {
        if (!SuperFrames.Is(frame))
        {
            frames.Add(frame.Bytes.ToArray());
            return;
        }

        SuperFrameCount++;
        Assert.True(SuperFrames.TryPlan(frame, EthernetHeader.Size, out var plan));
        for (var i = 0; i < plan.Count; i++)
        {
            var segment = new byte[plan.LengthOf(i)];
            plan.Write(i, frame.Bytes, segment);
            frames.Add(segment);
        }
    }
}
