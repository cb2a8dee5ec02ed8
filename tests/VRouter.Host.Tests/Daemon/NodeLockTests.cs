using VRouter.Host.Daemon;

namespace VRouter.Host.Tests.Daemon;

public sealed class NodeLockTests
{
    private static readonly string Node = $"test-{Guid.NewGuid():n}";

    [Fact]
    public void TryTake_TakenTwice_FailsUntilItIsLetGo()
    {
        using (NodeLock.TryTake(Node))
        {
            Assert.Null(NodeLock.TryTake(Node));
            Assert.True(NodeLock.IsTaken(Node));
            Assert.Contains(Node, NodeLock.Holders());
        }

        Assert.False(NodeLock.IsTaken(Node));
        using var again = NodeLock.TryTake(Node);
        Assert.NotNull(again);
    }

    [Fact]
    public void TryTake_LongestName_Works()
    {
        var name = Node + new string('x', 253 - Node.Length);
        using var taken = NodeLock.TryTake(name);
        Assert.NotNull(taken);
        Assert.True(NodeLock.IsTaken(name));
        Assert.False(NodeLock.IsTaken(name[..^1]));
    }
}
