using VRouter.Host.Configuration;

namespace VRouter.Host.Tests.Configuration;

public sealed class NodeSelectionTests
{
    private static readonly ClusterState Three = Seed001.State();

    [Theory]
    [InlineData("demi-1", "walker-1", "demi-1")]
    [InlineData(null, "walker-1", "walker-1")]
    public void Select_NamedOrHost_IsThatRouter(string? requested, string host, string expected)
    {
        var selection = NodeSelection.Select(Three, requested, host, "f");
        Assert.Equal((expected, null), (selection.Router?.Name, selection.Error));
    }

    [Fact]
    public void Select_OnlyOneRouter_IsTaken()
    {
        var text = Seed001.Node("n", "10.0.0.1/24", "10.9.0.0/26") + "\n" + Seed001.Router("n", "10.0.0.254");
        var state = ConfigurationLoader.LoadText("f", text).State!;
        Assert.Equal("n", NodeSelection.Select(state, null, "another-host", "f").Router?.Name);
    }

    [Theory]
    [InlineData("nobody", "x", "f: error: no RouterConfiguration for node 'nobody' (there is: demi-1, walker-1, walker-2)")]
    [InlineData(null, "x", "f: error: several RouterConfigurations and none for this host, 'x': name the node (there is: demi-1, walker-1, walker-2)")]
    public void Select_NoneFits_TellsWhatThereIs(string? requested, string host, string expected) =>
        Assert.Equal(expected, NodeSelection.Select(Three, requested, host, "f").Error?.ToString());

    [Fact]
    public void Select_NoRouterAtAll_TellsSo() => Assert.Equal(
        "f: error: no RouterConfiguration: one named as this node is needed",
        NodeSelection.Select(ClusterState.Empty, null, "x", "f").Error?.ToString());
}
