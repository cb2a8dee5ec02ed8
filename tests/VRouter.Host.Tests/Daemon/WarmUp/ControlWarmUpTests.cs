using VRouter.Host.Api;
using VRouter.Host.Daemon;
using VRouter.Host.Daemon.WarmUp;
using VRouter.Host.Tests.Api;

namespace VRouter.Host.Tests.Daemon.WarmUp;

public sealed class ControlWarmUpTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StringWriter text = new();

    private DaemonLog Log => new(TextWriter.Synchronized(text), TimeProvider.System);

    [Fact]
    public async Task Run_ServedSocket_AsksForEveryViewThatThereIs()
    {
        await using var router = await RunningRouter.StartAsync();
        Assert.True(await ControlWarmUp.RunAsync(router.Socket, Log, None) > 1000);
        Assert.Equal("", text.ToString());

        using var client = new ControlClient(router.Socket);
        var unknown = await Assert.ThrowsAsync<ControlException>(() => client.GetAsync("/nothing", ApiJson.Default.HealthView, None));
        Assert.Equal(unknown.Message.Split("there are ")[1].Split(", ").Order(), ControlWarmUp.Views.Order());
    }

    [Fact]
    public async Task Run_DataPathAndControlSocket_LeaveNoTraceInTheRouter()
    {
        await using var router = await RunningRouter.StartAsync();
        using var client = new ControlClient(router.Socket);
        await RouterWarmUp.Begin(Log).EndAsync();
        await ControlWarmUp.RunAsync(router.Socket, Log, None);

        var counters = await client.GetAsync("/counters", ApiJson.Default.CountersView, None);
        Assert.Equal((0, 0), (counters.Received.Entered, counters.Originated.Entered));
        Assert.All(counters.Ports, port => Assert.Equal((0, 0), (port.ReceivedFrames, port.TransmittedFrames)));
        Assert.Empty(await client.GetAsync("/drops", ApiJson.Default.IReadOnlyListDropView, None));
        Assert.Equal("permanent", Assert.Single(await client.GetAsync("/neighbors", ApiJson.Default.IReadOnlyListNeighborView, None)).State);
        Assert.Empty((await client.GetAsync("/health", ApiJson.Default.HealthView, None)).Conditions);
        Assert.Equal("", text.ToString());
    }

    [Fact]
    public async Task Run_NobodyListens_IsAWarning()
    {
        Assert.Equal(0, await ControlWarmUp.RunAsync("/nowhere/router.sock", Log, None));
        Assert.Contains("warning: warm-up of the control socket: ", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_StopAsked_SaysNothing()
    {
        Assert.Equal(0, await ControlWarmUp.RunAsync("/nowhere/router.sock", Log, new CancellationToken(canceled: true)));
        Assert.Equal("", text.ToString());
    }

    public void Dispose() => text.Dispose();
}
