using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary>A router that is killed, and the next one that finds what it left.</summary>
public class CrashTests
{
    [SkippableFact]
    public async Task Run_AfterKill_TakesOverGuardAndSocketAndForwards()
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);
        var clean = await RulesAsync(lab);
        Assert.DoesNotContain("table", clean);
        await using (var killed = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files))
        {
            Assert.True((await PingAsync(lab)).IsComplete);
            await killed.EndAsync("KILL");
            Assert.True(File.Exists(killed.Socket));
        }

        Assert.Contains("table netdev vrouter-node-a", await RulesAsync(lab));
        Assert.Equal(0, (await PingAsync(lab)).Received);

        await using var next = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);

        var report = await PingAsync(lab);
        Assert.True(report.IsComplete, report.Text + next.Log);
        Assert.Single(await TablesAsync(lab));
        var end = await next.EndAsync("TERM");
        Assert.Equal((0, clean), (end.ExitCode, await RulesAsync(lab)));
        Assert.False(File.Exists(next.Socket));
    }

    [SkippableFact]
    public async Task Run_TwiceOnANode_SecondIsRefusedAndFirstGoesOn()
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);
        var rules = await TablesAsync(lab);

        var second = await lab.TryAsync(
            "node-a", $"{string.Join(' ', RouterProcess.Program)} run -f {lab.Folder}/resources.yaml -f {lab.Folder}/node-a.yaml");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("another router runs as node node-a", second.Errors);
        Assert.Equal(rules, await TablesAsync(lab));
        var report = await PingAsync(lab);
        Assert.True(report.IsComplete, report.Text);
    }

    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Run_IsTold_EndsSoonWithoutTrace(string signal)
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        Assert.True(File.Exists(a.Socket));

        var end = await a.EndAsync(signal);

        Assert.Equal(0, end.ExitCode);
        Assert.Equal("", await RulesAsync(lab));
        Assert.False(File.Exists(a.Socket));
    }

    private static async Task<PingReport> PingAsync(TestLab lab) =>
        PingReport.Parse((await lab.TryAsync("pod-a", $"ping -n -c 3 -i 0.1 -W 1 {TwoNodes.PodB}")).Output);

    private static Task<string> RulesAsync(TestLab lab) => lab.RunAsync("node-a", "nft list ruleset");

    private static async Task<IReadOnlyList<string>> TablesAsync(TestLab lab) =>
        (await lab.RunAsync("node-a", "nft list tables")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
