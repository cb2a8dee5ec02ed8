using VRouter.Core.Forwarding;
using VRouter.Core.Tunnels;

namespace VRouter.Core.Tests.Forwarding;

public sealed class EngineShareTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Identification_OfSeveralWorkers_IsNeverGivenTwiceInARound(int workers)
    {
        var taken = new HashSet<ushort>();
        for (var worker = 0; worker < workers; worker++)
        {
            var share = new EngineShare(worker, workers);
            var sequence = new OuterIdentification(share.IdentificationFrom(0xfffd), share.IdentificationStep);
            for (var i = 0; i < 65536 / share.IdentificationStep; i++)
                Assert.True(taken.Add(sequence.Take()));
        }
    }

    [Theory]
    [InlineData(2, 500, 100)]
    [InlineData(3, 333, 66)]
    [InlineData(64, 15, 3)]
    public void Of_ALimit_GivesEachWorkerAnEqualPart(int workers, int perSecond, int burst) =>
        Assert.Equal(new RateLimit(perSecond, burst), new EngineShare(0, workers).Of(new RateLimit(1000, 200)));

    [Fact]
    public void Of_ALimitSmallerThanTheWorkers_LeavesEachOne() =>
        Assert.Equal(new RateLimit(1, 1), new EngineShare(0, 16).Of(new RateLimit(10, 2)));

    [Fact]
    public void Whole_IsTheLimitItself() => Assert.Equal(new RateLimit(10, 20), EngineShare.Whole.Of(new RateLimit(10, 20)));
}
