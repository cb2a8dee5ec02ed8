using System.Globalization;
using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>A router with a thousand workloads: it starts and ends soon, forwards between any of them, and needs little when nothing comes.</summary>
public sealed class ThousandPortsTests
{
    private const int Pairs = 2000;

    // A packet socket's ring of 256 KiB for each veth is about half of it.
    private const long MostMemoryKiB = 900 << 10;

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_AThousandWorkloads_ForwardsBetweenAnyAndEndsWithoutTrace(bool areTaps)
    {
        await using var lab = await ThousandPods.BuildAsync(areTaps);
        var before = await HostView.ReadAsync(lab, "node-a");

        await using var router = await HandRouter.StartAsync(lab, "node-a", ["resources.yaml"], spec: areTaps ? "  workloads: {driver: tap}" : "");
        Assert.Contains("1000 workloads", router.Log);
        await ThousandPods.ExchangeAsync(lab, Pairs, seed: 1);

        using (var counters = JsonDocument.Parse(await router.ShowAsync("counters")))
        {
            var received = counters.RootElement.GetProperty("received");
            long Of(string name) => received.GetProperty(name).GetInt64();
            Assert.Equal(Pairs, Of("forwarded"));
            Assert.Equal(Of("entered"), Of("forwarded") + Of("answered") + Of("delivered") + Of("dropped") + Of("held"));
        }

        var status = await File.ReadAllLinesAsync($"/proc/{router.Pid}/status");
        var memory = long.Parse(status.Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        Assert.InRange(memory, 1, MostMemoryKiB);
        var end = await router.EndAsync("TERM");
        Assert.True(end.ExitCode == 0, $"exit code {end.ExitCode}\n{end.Errors}");
        Assert.Equal(before, await HostView.ReadAsync(lab, "node-a"));
        Assert.False(File.Exists(router.Socket));
    }
}
