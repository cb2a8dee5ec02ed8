using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Io.Tests.Support;

/// <summary>A worker's side of a port: its pool and vectors. Disposing proves that every frame came back.</summary>
internal sealed class PortHarness : IDisposable
{
    private readonly FrameVector received = new();
    private readonly FrameVector sent = new();

    public PortHarness(int frames = 1024, int frameCapacity = 1856, int largeFrames = 0) => Pool = new FramePool(frames, frameCapacity, largeFrames);

    public FramePool Pool { get; }

    /// <summary>One call of Receive; the frames as arrays.</summary>
    public List<byte[]> Receive(IPort port, long now = 0) => Receive(port, now, isHeld: false);

    /// <summary>As Receive, from a port that may give frames later than they came.</summary>
    public List<byte[]> ReceiveHeld(IPort port, long now) => Receive(port, now, isHeld: true);

    private List<byte[]> Receive(IPort port, long now, bool isHeld)
    {
        var count = port.Receive(Pool, received, now);
        Assert.Equal(count, received.Count);
        List<byte[]> frames = [];
        foreach (var frame in received.Frames)
        {
            Assert.True(isHeld ? frame.Metadata.ReceivedAt <= now : frame.Metadata.ReceivedAt == now);
            frames.Add(frame.Bytes.ToArray());
        }

        DropReceived();
        return frames;
    }

    /// <summary>Calls of Receive until one gives nothing.</summary>
    public List<byte[]> ReceiveAll(IPort port, long now = 0)
    {
        List<byte[]> frames = [];
        for (var more = Receive(port, now); more.Count > 0; more = Receive(port, now))
            frames.AddRange(more);
        return frames;
    }

    /// <summary>Receives until so many frames came, for at most some seconds; times are from <paramref name="from"/> on.</summary>
    public List<byte[]> ReceiveCount(IPort port, int count, long from = 1_000_000_000)
    {
        List<byte[]> frames = [];
        for (var tries = 0; frames.Count < count && tries < 300; tries++)
        {
            frames.AddRange(Receive(port, from + (tries * 10_000_000L)));
            if (frames.Count < count)
                Poll.Wait(10, port.Descriptor);
        }

        Assert.Equal(count, frames.Count);
        return frames;
    }

    /// <summary>Receives and returns the frames without looking at them or allocating; gives their number.</summary>
    public int ReceiveAndFree(IPort port, long now = 0)
    {
        var count = port.Receive(Pool, received, now);
        DropReceived();
        return count;
    }

    public Verdict[] Send(IPort port, params byte[][] frames)
    {
        foreach (var bytes in frames)
        {
            Assert.True(Pool.TryRent(out var frame));
            bytes.CopyTo(frame.Reset(Pool, bytes.Length));
            sent.Add(frame);
        }

        port.Transmit(sent);
        var verdicts = sent.Verdicts.ToArray();
        ReturnSent();
        return verdicts;
    }

    /// <summary>Sends copies of one frame, as many as a vector takes, without allocating.</summary>
    public void SendCopies(IPort port, ReadOnlySpan<byte> bytes, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Pool.TryRent(out var frame);
            bytes.CopyTo(frame.Reset(Pool, bytes.Length));
            sent.Add(frame);
        }

        port.Transmit(sent);
        ReturnSent();
    }

    public void Dispose()
    {
        Assert.Equal(0, Pool.Outstanding);
        Pool.Dispose();
    }

    /// <summary>What a port holds, it returns itself.</summary>
    private void ReturnSent()
    {
        for (var i = 0; i < sent.Count; i++)
        {
            if (sent.Verdicts[i] != Verdict.Hold)
                Pool.Return(sent[i]);
        }

        sent.Clear();
    }

    private void DropReceived()
    {
        foreach (var frame in received.Frames)
            Pool.Return(frame);
        received.Clear();
    }
}
