using VRouter.Core.Graph;
using VRouter.Host.Daemon.WarmUp;

namespace VRouter.Host.Tests.Daemon.WarmUp;

public sealed class WarmRouterTests
{
    private static readonly Func<bool> Never = () => false;

    [Fact]
    public void RunAll_Once_ReachesEveryStageAndEndsFramesInEveryWay()
    {
        using var router = new WarmRouter();
        router.RunAll(Never);
        var counters = router.Worker.Engine.Counters;
        Assert.Empty(counters.Stages.Where(stage => stage.Frames == 0).Select(stage => stage.Name));
        Assert.True(counters.Received is { Forwarded: > 0, Answered: > 0, Delivered: > 0, Dropped: > 0 });
        Assert.True(counters.Originated.Forwarded > 0);
    }

    [Theory]
    [InlineData(DropReason.TtlExpired)]
    [InlineData(DropReason.FragmentationNeeded)]
    [InlineData(DropReason.RouteUnreachable)]
    [InlineData(DropReason.NoRoute)]
    [InlineData(DropReason.RouteBlackhole)]
    [InlineData(DropReason.LocalPortClosed)]
    [InlineData(DropReason.LocalProtocolUnsupported)]
    [InlineData(DropReason.NeighborUnresolved)]
    [InlineData(DropReason.SourceSpoofed)]
    [InlineData(DropReason.WorkloadEncapsulation)]
    [InlineData(DropReason.TunnelPeerUnknown)]
    [InlineData(DropReason.ArpTargetNotOurs)]
    public void RunAll_Once_DropsForTheUsualReasons(DropReason reason)
    {
        using var router = new WarmRouter();
        router.RunAll(Never);
        Assert.True(router.Worker.Engine.Counters.DropsOf(reason) > 0);
    }

    [Fact]
    public void RunUsual_AfterAll_ForwardsEveryFrameWithoutTheStages()
    {
        using var router = new WarmRouter();
        router.RunAll(Never);
        var counters = router.Worker.Engine.Counters;
        var (forwarded, dropped, input) = (counters.Received.Forwarded, counters.Received.Dropped, InputFrames());
        router.RunUsual(Never);
        Assert.True(counters.Received.Forwarded > forwarded + 1000);
        Assert.Equal((dropped, input), (counters.Received.Dropped, InputFrames()));

        long InputFrames() => counters.Stages.First(stage => stage.Name == "ethernet-input").Frames;
    }

    [Fact]
    public void RunAll_Again_AllocatesNothing()
    {
        using var router = new WarmRouter();
        router.RunAll(Never);
        var least = long.MaxValue;
        for (var batch = 0; batch < 5; batch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            router.RunAll(Never);
            router.RunUsual(Never);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void RunAll_TimeIsOver_DoesNothing()
    {
        using var router = new WarmRouter();
        router.RunAll(() => true);
        router.RunUsual(() => true);
        Assert.Equal(0, router.Worker.Engine.Counters.Received.Entered);
    }

    [Fact]
    public void Flush_AfterAll_EveryFrameIsBack()
    {
        using var router = new WarmRouter();
        router.RunAll(Never);
        router.RunUsual(Never);
        router.Worker.Engine.Flush(long.MaxValue / 2);
        Assert.Equal(0, router.Worker.Pool.Outstanding);
    }
}
