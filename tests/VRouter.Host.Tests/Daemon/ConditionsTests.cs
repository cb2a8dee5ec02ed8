using VRouter.Host.Daemon;

namespace VRouter.Host.Tests.Daemon;

public sealed class ConditionsTests : IDisposable
{
    private readonly StringWriter log = new();
    private readonly Conditions conditions;

    public ConditionsTests() => conditions = new Conditions(new DaemonLog(log, TimeProvider.System));

    public void Dispose() => log.Dispose();

    private IEnumerable<string> Lines => log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[25..]);

    [Fact]
    public void Replace_SameAgain_IsLoggedOnce()
    {
        conditions.Replace("router", [Condition.Warning("port a", "is slow")]);
        conditions.Replace("router", [Condition.Warning("port a", "is slow")]);
        Assert.Equal(["warning: port a: is slow"], Lines);
    }

    [Fact]
    public void Replace_ChangedAndEnded_IsLogged()
    {
        conditions.Replace("router", [Condition.Warning("port a", "is slow"), Condition.Error("port b", "is gone")]);
        conditions.Replace("router", [Condition.Error("port a", "is dead")]);
        conditions.Replace("router", []);
        Assert.Equal(
            [
                "warning: port a: is slow",
                "error: port b: is gone",
                "error: port a: is dead",
                "info: port b: no longer so: is gone",
                "info: port a: no longer so: is dead",
            ],
            Lines);
        Assert.Empty(conditions.Current);
    }

    [Fact]
    public void Replace_OneOrigin_LeavesTheOther()
    {
        conditions.Replace("files", [Condition.Error("files", "are broken")]);
        conditions.Replace("router", []);
        Assert.Equal("files", Assert.Single(conditions.Current).Subject);
    }
}
