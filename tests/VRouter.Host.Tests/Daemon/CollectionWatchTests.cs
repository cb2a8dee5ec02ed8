using VRouter.Host.Daemon.Collections;

namespace VRouter.Host.Tests.Daemon;

public class CollectionWatchTests
{
    [Fact]
    public void Read_AfterCollections_KnowsTheirNumberAndPauses()
    {
        using var watch = CollectionWatch.Start();
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var pauses = watch.Read();
        Assert.True(pauses.Collections >= 5 && pauses.Full >= 5, pauses.ToString());
        Assert.True(pauses.Longest > TimeSpan.Zero && pauses.Total >= pauses.Longest, pauses.ToString());
        // Other tests of the process collect too; each that was missed is told.
        Assert.True(pauses.Unseen <= pauses.Collections - 1, pauses.ToString());
    }

    [Fact]
    public void Restart_ForgetsWhatWasBefore()
    {
        using var watch = CollectionWatch.Start();
        for (var i = 0; i < 50; i++)
            GC.Collect(0);
        watch.Restart();

        Assert.True(watch.Read().Collections < 50);
    }
}
