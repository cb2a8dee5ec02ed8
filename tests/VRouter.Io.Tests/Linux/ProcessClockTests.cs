using System.Diagnostics;
using VRouter.Io.Linux;

namespace VRouter.Io.Tests.Linux;

public sealed class ProcessClockTests
{
    [Fact]
    public void Of_AThreadHasEnded_ItsTimeStays()
    {
        var before = ProcessClock.Of(Environment.ProcessId);
        var took = 0L;
        var thread = new Thread(() =>
        {
            for (var start = ThreadClock.Now(); took < 20_000_000;)
                took = ThreadClock.Now() - start;
        });
        thread.Start();
        thread.Join();
        Assert.True(ProcessClock.Of(Environment.ProcessId) - before >= took);
    }

    [Fact]
    public void Of_AnotherProcess_IsItsTime()
    {
        using var other = Process.Start(new ProcessStartInfo("dd", "if=/dev/zero of=/dev/null bs=1M count=2000") { RedirectStandardError = true })!;
        while (ProcessClock.Of(other.Id) == 0)
            Thread.Sleep(1);
        var first = ProcessClock.Of(other.Id);
        Assert.InRange(first, 1, long.MaxValue);
        other.Kill();
        other.WaitForExit();
    }

    [Fact]
    public void Of_NoSuchProcess_Throws() => Assert.Throws<LinuxException>(() => ProcessClock.Of(int.MaxValue >> 3));
}
