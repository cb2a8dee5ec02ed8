using VRouter.Host.Bench.Io;
using VRouter.Host.Tests.Cli;

namespace VRouter.Host.Tests.Bench;

public class BenchIoCommandTests
{
    [Theory]
    [InlineData("--driver carrier-pigeon", "carrier-pigeon")]
    [InlineData("--mode gre", "gre")]
    [InlineData("--seconds 0", "--seconds 0 is not within 1 to 3600")]
    [InlineData("--frame-size 63", "--frame-size 63 is not within 64 to 1518")]
    [InlineData("--mode vxlan --frame-size 1500", "in mode vxlan a pod's frame has at most 1468 bytes")]
    [InlineData("--peer none --peer kernel", "--peer none excludes other peers")]
    [InlineData("--peer ./no-such-program", "there is no program")]
    [InlineData("-o xml", "xml")]
    public async Task Io_BadOption_IsRefusedWithItsName(string options, string message)
    {
        var run = await CommandRun.Of(["bench", "io", .. options.Split(' ')]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Errors);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Io_Help_HasExamples()
    {
        var run = await CommandRun.Of("bench", "io", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("vrouter bench io --mode vxlan --seconds 10", run.Output);
    }

    [Theory]
    [InlineData(1_000_000, 640_000)]
    [InlineData(1_000_000, 990_000)]
    [InlineData(1_000_000, 2_000_000)]
    public async Task LosslessSearch_ForwarderWithALimit_ComesCloseFromBelow(double ceiling, double limit)
    {
        var trials = 0;
        var found = await LosslessSearch.RunAsync(ceiling, rate => Task.FromResult(++trials > 0 && rate <= limit));

        var expected = Math.Min(limit, ceiling * 1.05);
        Assert.InRange(found, expected - (0.03 * ceiling), expected);
        Assert.InRange(trials, 1, 2 * LosslessSearch.Steps);
    }

    [Fact]
    public async Task LosslessSearch_NothingPasses_IsZero() => Assert.Equal(0, await LosslessSearch.RunAsync(1_000_000, _ => Task.FromResult(false)));

    [Fact]
    public void Percentiles_HundredValues_AreTheMiddleAndTheLongest()
    {
        var percentiles = Percentiles.Of([.. Enumerable.Range(1, 100).Select(value => (double)value).Reverse()], lost: 2)!;

        Assert.Equal((100, 2, 51.0, 100.0), (percentiles.Count, percentiles.Lost, percentiles.P50, percentiles.P99));
        Assert.Null(Percentiles.Of([], lost: 3));
    }
}
