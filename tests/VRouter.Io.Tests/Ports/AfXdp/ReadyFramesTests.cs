using VRouter.Core.Frames;
using VRouter.Io.Ports.AfXdp;

namespace VRouter.Io.Tests.Ports.AfXdp;

public class ReadyFramesTests
{
    [Fact]
    public void NoteWaiting_HalfFilled_DoublesUpToTheMost()
    {
        using var pool = new FramePool(4096);
        var ready = new ReadyFrames(256, 1024);
        int[] targets = [.. new[] { 127, 128, 255, 256, 512, 1024 }.Select(waiting =>
        {
            ready.NoteWaiting(waiting);
            return ready.Target(pool);
        })];

        Assert.Equal([256, 512, 512, 1024, 1024, 1024], targets);
    }

    [Fact]
    public void Age_AnEighthWouldHaveDone_HalvesDownToTheLeast()
    {
        using var pool = new FramePool(4096);
        var ready = new ReadyFrames(256, 1024);
        ready.NoteWaiting(512);
        ready.NoteWaiting(512);

        ready.Age(); // 512 were needed
        Assert.Equal(1024, ready.Target(pool));
        ready.NoteWaiting(128);
        ready.Age(); // 128 is an eighth
        Assert.Equal(1024, ready.Target(pool));
        ready.NoteWaiting(127);
        ready.Age();
        Assert.Equal(512, ready.Target(pool));
        ready.Age();
        ready.Age();
        Assert.Equal(256, ready.Target(pool));
    }

    [Fact]
    public void Target_PoolRunsLow_IsTheLeast()
    {
        using var pool = new FramePool(1024);
        var ready = new ReadyFrames(256, 1024);
        ready.NoteWaiting(200);
        List<Frame> rented = [];
        while (pool.Available >= 256 && pool.TryRent(out var frame))
            rented.Add(frame);

        Assert.Equal(256, ready.Target(pool));
        pool.Return(rented[0]);
        Assert.Equal(512, ready.Target(pool));
    }

    [Fact]
    public void NoteWaiting_LeastIsTheMost_StaysThere()
    {
        using var pool = new FramePool(4096);
        var ready = new ReadyFrames(256, 256);
        ready.NoteWaiting(256);

        Assert.Equal(256, ready.Target(pool));
    }
}
