using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace VRouter.EndToEnd.Tests.Soak;

/// <summary>
/// Traffic of mixed sizes and kinds through a router whose routes and ports change all the time: at the end every frame is accounted for, exactly, and memory has stayed flat. Twenty seconds for
/// each case; as many minutes as VROUTER_SOAK_MINUTES says. VROUTER_SOAK_RATE limits what each of the two pods sends, in frames per second; VROUTER_SOAK_LOG names a file that gets a line each minute.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int SettleMilliseconds = 500;
    private const int RouteChangesPerSecond = 1000;
    private static readonly TimeSpan PortChurn = TimeSpan.FromMilliseconds(250);

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Soak_RoutesAndPortsChange_EveryFrameIsAccountedFor(int workers)
    {
        using var network = new SoakNetwork(workers, Number("VROUTER_SOAK_RATE"));
        using var log = new SoakLog(Environment.GetEnvironmentVariable("VROUTER_SOAK_LOG"));
        for (var pod = 0; pod < SoakNetwork.Pods; pod++)
        {
            network.All[pod].Start();
            await network.OpenAsync(pod);
        }

        foreach (var pod in network.All.Where(pod => pod.Number != SoakNetwork.Fleeting))
            pod.StartSending();
        var (early, late) = await ChurnAsync(network, log);
        foreach (var pod in network.All)
            pod.StopSending();
        await SettleAsync(network);
        foreach (var pod in network.All)
            pod.End();

        var counts = await network.CountAsync();
        var (sent, arrived) = (network.All.Sum(pod => pod.Sent), network.All.Sum(pod => pod.Arrived));
        output.WriteLine($"sent {sent}, arrived {arrived}, {network.RouteChanges} route changes, {network.PortChanges} port changes, {counts}");
        output.WriteLine($"after a quarter: {early}, at the end: {late}");
        Assert.Null(network.Defect);
        late.AssertFlatSince(early);
        Assert.Equal(0, network.ClosedReceived); // the port that comes and goes only sends
        Assert.Equal(sent, counts.Received + counts.RingDrops);
        Assert.Equal(counts.Received, counts.Entered);
        Assert.Equal(counts.Left, counts.Transmitted);
        Assert.Equal(counts.Transmitted, arrived);
        Assert.Equal(0, counts.LostBuffers);
        // The test saw what it was made for.
        Assert.True(counts.Dropped > 0 && counts.Originated > 0 && network.PortChanges > 2 * SoakNetwork.Pods && network.RouteChanges > 1000, counts.ToString());
    }

    private static TimeSpan Duration => Number("VROUTER_SOAK_MINUTES") is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeSpan.FromSeconds(20);

    // A value that is no number fails the test: a long run that does something else is a lost hour.
    private static double? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    // What memory was used after a quarter of the time, when all code has run, and at the end.
    private static async Task<(MemoryUse Early, MemoryUse Late)> ChurnAsync(SoakNetwork network, SoakLog log)
    {
        MemoryUse? early = null;
        var clock = Stopwatch.StartNew();
        var isOpen = true;
        for (var nextPortChange = PortChurn; clock.Elapsed < Duration && network.Defect is null;)
        {
            while (network.RouteChanges < clock.Elapsed.TotalSeconds * RouteChangesPerSecond)
                network.ChangeRoute();
            await Task.Delay(10);
            log.Tick(network);
            if (clock.Elapsed >= Duration / 4)
                early ??= MemoryUse.Read();
            if (clock.Elapsed < nextPortChange)
                continue;
            if (isOpen)
                await network.CloseAsync(SoakNetwork.Fleeting);
            else
                await network.OpenAsync(SoakNetwork.Fleeting);
            isOpen = !isOpen;
            nextPortChange = clock.Elapsed + PortChurn;
        }

        var late = MemoryUse.Read();
        return (early ?? late, late);
    }

    // Until the books stand still and nothing arrives any more.
    private static async Task SettleAsync(SoakNetwork network)
    {
        var before = await network.CountAsync();
        for (var tries = 0; tries < 60; tries++)
        {
            await Task.Delay(SettleMilliseconds);
            var now = await network.CountAsync();
            if (now == before && network.All.All(pod => pod.Silence >= SettleMilliseconds))
                return;
            before = now;
        }
    }
}
