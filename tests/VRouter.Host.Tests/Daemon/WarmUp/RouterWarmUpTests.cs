using VRouter.Host.Daemon;
using VRouter.Host.Daemon.WarmUp;

namespace VRouter.Host.Tests.Daemon.WarmUp;

public sealed class RouterWarmUpTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StringWriter text = new();

    private DaemonLog Log => new(TextWriter.Synchronized(text), TimeProvider.System);

    [Fact]
    public async Task Begin_DataPath_EndsAndSaysNothing()
    {
        await RouterWarmUp.Begin(Log).EndAsync().WaitAsync(Limit);
        Assert.Equal("", text.ToString());
    }

    [Fact]
    public async Task Begin_WorkFails_IsAWarningAndEnds()
    {
        await RouterWarmUp.Begin(Log, RouterWarmUp.Bound, _ => throw new InvalidOperationException("no memory for frames")).EndAsync().WaitAsync(Limit);
        Assert.EndsWith(
            "warning: warm-up: no memory for frames; the first packets wait until the code that treats them is compiled\n", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Begin_EndlessWork_IsOverAfterTheBound()
    {
        var warmUp = RouterWarmUp.Begin(Log, TimeSpan.FromMilliseconds(50), self => SpinWait.SpinUntil(() => self.IsOver));
        await warmUp.EndAsync().WaitAsync(Limit);
        Assert.True(warmUp.IsOver);
    }

    [Fact]
    public void PortCode_Compile_PreparesManyMethodsOrNoneWhenTheTimeIsOver()
    {
        Assert.True(PortCode.Compile(() => false) > 100);
        Assert.Equal(0, PortCode.Compile(() => true));
    }

    public void Dispose() => text.Dispose();
}
