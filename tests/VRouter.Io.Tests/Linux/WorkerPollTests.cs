using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VRouter.Io.Linux;

namespace VRouter.Io.Tests.Linux;

/// <summary>Few descriptors are looked at by poll(2), many by epoll(7): what is told is the same.</summary>
public sealed class WorkerPollTests : IDisposable
{
    private const int Few = 3;
    private const int Many = 40;
    private const int Long = 20_000;
    private readonly WorkerPoll poll = new();
    private readonly List<UdpClient> sockets = [];

    public void Dispose()
    {
        poll.Dispose();
        sockets.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData(Few)]
    [InlineData(Many)]
    public void Wait_OneBecomesReadable_EndsAndManyTellWhich(int count)
    {
        Open(count);
        Watch();
        Assert.Equal(count == Many, poll.TellsReady);
        Assert.True(Elapsed(30) >= 25);

        Send(count - 1);

        Assert.True(Elapsed(Long) < Long / 2);
        if (count == Many)
            Assert.Equal([count - 1], poll.TakeReady().ToArray());
    }

    [Theory]
    [InlineData(Few)]
    [InlineData(Many)]
    public void Wake_BeforeAndWhileWaiting_EndsOneWait(int count)
    {
        Open(count);
        Watch();

        poll.Wake();
        Assert.True(Elapsed(Long) < Long / 2);
        Assert.True(Elapsed(30) >= 25);
        using var later = new Timer(_ => poll.Wake(), null, 50, Timeout.Infinite);
        Assert.True(Elapsed(Long) < Long / 2);
        if (count == Many)
            Assert.Empty(poll.TakeReady().ToArray());
    }

    [Fact]
    public void Wake_MetByALook_EndsTheNextWait()
    {
        Open(Many);
        Watch();

        poll.Wake();
        Assert.Empty(poll.TakeReady().ToArray());
        Assert.True(Elapsed(Long) < Long / 2);
        Assert.True(Elapsed(30) >= 25);
    }

    [Fact]
    public void TakeReady_StaysReadable_IsToldAgainAndOthersWithIt()
    {
        Open(Many);
        Watch();
        Send(7);
        Send(31);

        Assert.Equal([7, 31], Ready());
        Receive(7);
        Assert.Equal([31], Ready());
        Receive(31);
        Assert.Empty(Ready());
    }

    [Fact]
    public void Watch_OthersThanBefore_AreWatchedWithTheirNewKeys()
    {
        Open(Many);
        Watch();
        for (var i = 0; i < Many; i++)
            Send(i);
        Assert.Equal(Many, Ready().Length);

        // Every second one, and each has another key.
        poll.Watch(sockets.Index().Where(socket => socket.Index % 2 == 0).Select(socket => (Descriptor(socket.Index), 1000 + socket.Index)));

        Assert.True(poll.TellsReady);
        Assert.Equal(Enumerable.Range(0, Many / 2).Select(i => 1000 + (2 * i)), Ready());
        poll.Watch([(Descriptor(0), 0)]);
        Assert.False(poll.TellsReady);
        poll.Watch([(-1, 0)]);
        Assert.True(Elapsed(30) >= 25);
    }

    [Theory]
    [InlineData(Few)]
    [InlineData(Many)]
    public void Wait_OneReportsErrorsOnly_IsLeftOutAndOthersAreSeenAtOnce(int count)
    {
        Open(count);
        Watch();
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); // unconnected: POLLOUT | POLLHUP for ever
        poll.Watch([.. sockets.Index().Select(socket => (Descriptor(socket.Index), socket.Index)), ((int)closed.Handle, count)]);

        // It ends a wait now and then, and never all of them.
        var clock = Stopwatch.StartNew();
        var waits = 0;
        for (; clock.ElapsedMilliseconds < 200; waits++)
            WaitForNothing(20, count);
        Assert.InRange(waits, 2, 60);

        // Another one is seen at once, also while the broken one is left out.
        WaitForNothing(0, count);
        Send(1);
        poll.Wait(Long);
        Assert.True(!poll.TellsReady || poll.TakeReady().Contains(1));
    }

    // What is told, if anything, is the broken one.
    private void WaitForNothing(int timeout, int broken)
    {
        poll.Wait(timeout);
        if (poll.TellsReady)
            Assert.DoesNotContain(poll.TakeReady().ToArray(), key => key != broken);
    }

    [Fact]
    public void Wait_Many_AllocatesNothing()
    {
        Open(Many);
        Watch();
        Send(3);
        var (rounds, found) = (0, 0);
        Support.Allocation.AssertNone(() =>
        {
            poll.Wait(Long);
            rounds++;
            found += poll.TakeReady().Length;
        });
        Assert.Equal(rounds, found);
    }

    private int[] Ready()
    {
        var ready = poll.TakeReady().ToArray();
        Array.Sort(ready);
        return ready;
    }

    private void Open(int count)
    {
        for (var i = 0; i < count; i++)
            sockets.Add(new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    private void Watch() => poll.Watch(sockets.Select((_, index) => (Descriptor(index), index)));

    private int Descriptor(int index) => (int)sockets[index].Client.Handle;

    private void Send(int index)
    {
        using var sender = new UdpClient();
        sender.Send([1], (IPEndPoint)sockets[index].Client.LocalEndPoint!);
    }

    private void Receive(int index)
    {
        var from = new IPEndPoint(IPAddress.Any, 0);
        sockets[index].Receive(ref from);
    }

    private long Elapsed(int timeout)
    {
        var clock = Stopwatch.StartNew();
        poll.Wait(timeout);
        return clock.ElapsedMilliseconds;
    }
}
