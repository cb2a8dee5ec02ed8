using VRouter.EndToEnd.Tests.Soak;
using Xunit.Abstractions;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>
/// One port's interface goes down, changes its MTU, disappears and comes back, again and again, while the router sends to it; the other ports do not notice: each of their frames is
/// accounted for, exactly.
/// </summary>
public sealed class PortFaultTests(ITestOutputHelper output)
{
    private const int Faulty = SoakNetwork.Fleeting;
    private const int Rounds = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    [SkippableTheory]
    [InlineData("af-packet", 2)]
    [InlineData("af-xdp", 1)]
    [InlineData("tap", 2)]
    [Rfc("1812-5.3.12.4-again")]
    public async Task Port_FaultedAgainAndAgain_RecoversAndOthersLoseNothing(string driver, int workers)
    {
        using var network = new SoakNetwork(workers);
        foreach (var pod in network.All)
        {
            pod.Start();
            await network.OpenAsync(pod.Number, pod.Number == Faulty ? driver : "af-packet");
        }

        var busy = network.All.Where(pod => pod.Number != Faulty).ToList();
        busy.ForEach(pod => pod.StartSending());
        var interfaceName = driver == "tap" ? SoakNetwork.TapOf(Faulty) : network.All[Faulty].Interface;
        for (var round = 0; round < Rounds; round++)
        {
            await UntilAsync("frames pass", () => Grows(network, port => port.Transmitted));
            network.Node.Ip($"link set {interfaceName} down");
            await UntilAsync("the port is down and frames to it are refused", () => !network.PortOf(Faulty).IsUp && Grows(network, port => port.Refused));
            await Task.Delay(Pause);
            network.Node.Ip($"link set {interfaceName} mtu 1400 up");
            await UntilAsync("the port is up and sends by itself", () => network.PortOf(Faulty).IsUp && Grows(network, port => port.Transmitted));
            network.Node.Ip($"link set {interfaceName} mtu 1500");
            await GoAndComeBackAsync(network, driver, interfaceName);
        }

        await UntilAsync("frames pass at the end", () => Grows(network, port => port.Transmitted));
        busy.ForEach(pod => pod.StopSending());
        await SettleAsync(network);
        busy.ForEach(pod => pod.End());

        var counts = await network.CountAsync();
        output.WriteLine($"{counts}");
        Assert.Null(network.Defect);
        foreach (var pod in busy)
        {
            var port = network.PortOf(pod.Number);
            output.WriteLine($"{pod.Interface}: sent {pod.Sent}, arrived {pod.Arrived}, port {port}");
            Assert.Equal(pod.Sent, port.Received + port.Lost);
            Assert.Equal(port.Transmitted, pod.Arrived);
            Assert.Equal(0, port.Refused);
            Assert.True(port.IsUp && pod.Sent > 1000 && pod.Arrived > 1000);
        }

        // What went to the faulty port was sent, or dropped for a reason.
        Assert.Equal(counts.Left, counts.Transmitted);
        Assert.True(counts.Dropped > 0, $"{counts}");
    }

    // Another network namespace is as good as a card that is pulled: to the port the interface is gone. The router opens it again when it is back, as the daemon does.
    private static async Task GoAndComeBackAsync(SoakNetwork network, string driver, string interfaceName)
    {
        var pod = network.All[Faulty].Namespace;
        if (driver == "tap")
            network.Node.Ip($"link del {interfaceName}");
        else
            network.Node.Ip($"link set {interfaceName} netns {pod.Name}");
        await UntilAsync("the port knows that its interface is gone", () => !network.PortOf(Faulty).IsUp);
        await Task.Delay(Pause);
        await network.CloseAsync(Faulty);
        if (driver != "tap")
        {
            pod.Ip($"link set {interfaceName} netns {network.Node.Name}");
            network.Node.Ip($"link set {interfaceName} up");
        }

        await network.OpenAsync(Faulty, driver);
    }

    private static bool Grows(SoakNetwork network, Func<(long Received, long Lost, long Transmitted, long Refused, bool IsUp), long> count)
    {
        var before = count(network.PortOf(Faulty));
        Thread.Sleep(10);
        return count(network.PortOf(Faulty)) > before;
    }

    private static Task UntilAsync(string description, Func<bool> condition) => Support.Eventually.HoldsAsync(description, () => Task.FromResult(condition()));

    // Until the books stand still and nothing arrives any more.
    private static async Task SettleAsync(SoakNetwork network)
    {
        var before = await network.CountAsync();
        for (var tries = 0; tries < 60; tries++)
        {
            await Task.Delay(300);
            var now = await network.CountAsync();
            if (now == before && network.All.All(pod => pod.Number == Faulty || pod.Silence >= 300))
                return;
            before = now;
        }
    }
}
