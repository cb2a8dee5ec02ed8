using VRouter.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>A router that is killed while it works, and the next one in its place.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 2;

    // What the machine does beside may delay one round, but not all.
    private const double MostSilence = 1;

    [SkippableTheory]
    [InlineData("af-packet")]
    [InlineData("af-xdp")]
    public async Task Kill_UnderLoad_NextRouterForwardsWithinASecondAndLeavesTheHostAsItWas(string driver)
    {
        TestLab.Demand([.. HostView.Tools, "python3"]);
        await using var lab = await TwoNodes.BuildAsync();
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files, driver: driver);
        var before = await HostView.ReadAsync(lab, "node-a");
        var silences = new List<double>();
        using (var ping = new TimedPing(lab, "pod-a", TwoNodes.PodB))
        using (new DatagramLoad(lab, "pod-a", TwoNodes.PodB))
        {
            for (var round = 0; round < Rounds; round++)
            {
                var start = TimedPing.Now;
                await using var killed = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, driver: driver);
                var ready = TimedPing.Now;
                silences.Add(Math.Max(0, await ping.AnswerAfterAsync(start) - ready));
                await Eventually.HoldsAsync("more answers come", () => Task.FromResult(ping.AnswersBetween(start, TimedPing.Now) >= 5));
                await Books.AssertBalancedAsync(killed);
                await killed.EndAsync("KILL");
                await Task.Delay(200);
                var dead = TimedPing.Now;
                await Task.Delay(200);
                Assert.Equal(0, ping.AnswersBetween(dead, TimedPing.Now));
            }
        }

        output.WriteLine($"seconds from the ready line to the first answer: {string.Join(", ", silences.Select(silence => $"{silence:0.000}"))}");
        Assert.True(silences.Min() < MostSilence, string.Join(", ", silences));

        // The last one was killed too: what it left, the next one takes over and away.
        await using var last = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, driver: driver);
        var end = await last.EndAsync("TERM");
        Assert.True(end.ExitCode == 0, end.Errors);
        Assert.Equal(before, await HostView.ReadAsync(lab, "node-a"));
        Assert.False(File.Exists(last.Socket));
    }
}
