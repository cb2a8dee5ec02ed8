using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Tests.Configuration;

public sealed class ClusterStateTests
{
    [Fact]
    public void Load_DocumentsInAnotherOrder_GivesEqualResources()
    {
        var documents = Seed001.Text("Always").Split("---\n");
        var reversed = ConfigurationLoader.LoadText("g", string.Join("\n---\n", documents.Reverse())).State!;
        Assert.All(Seed001.State("Always").Resources.Zip(reversed.Resources), pair => Assert.Equal(pair.First, pair.Second));
        Assert.NotEqual<Resource>(Seed001.State().Resources, reversed.Resources);
    }

    [Fact]
    public void PoolOfAndBlockOf_RandomPrefixes_AgreeWithALinearSearch()
    {
        var random = new Random(3);
        var pools = Enumerable.Range(0, 200).Select(n => (n * 40) + random.Next(20)).Select(n => new IPv4Prefix(new IPv4Address((uint)n << 20), random.Next(12, 24))).ToList();
        var text = string.Join("---\n", pools.Select((pool, index) =>
            $"apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {{name: p{index}}}\nspec: {{cidr: {pool}}}\n"))
            + Seed001.Node("n", "1.2.3.4/24", "9.9.9.0/32") + "\n"
            + string.Join('\n', pools.Select(pool => Seed001.Block("n", pool.ToString())));
        var state = ConfigurationLoader.LoadText("f", text).State!;
        for (var round = 0; round < 20_000; round++)
        {
            var near = pools[random.Next(pools.Count)];
            var prefix = new IPv4Prefix(new IPv4Address(near.Network.Value + (uint)random.Next(-4096, 1 << 21)), random.Next(8, 33));
            IPv4Prefix? expected = pools.Exists(pool => pool.Contains(prefix)) ? pools.Find(pool => pool.Contains(prefix)) : null;
            Assert.Equal(expected, state.PoolOf(prefix)?.Cidr);
            IPv4Prefix? holder = pools.Exists(pool => pool.Contains(prefix.Network)) ? pools.Find(pool => pool.Contains(prefix.Network)) : null;
            Assert.Equal(holder, state.BlockOf(prefix.Network)?.Cidr);
        }
    }

    [Fact]
    public void Find_UnknownNames_AreNull()
    {
        var state = Seed001.State();
        Assert.Null(state.FindNode("nobody"));
        Assert.Null(state.FindRouter("nobody"));
        Assert.Empty(state.EndpointsOf("nobody"));
        Assert.Null(state.FelixOf("nobody").IpipMtu);
    }

    [Fact]
    public void Load_AFloodOfFindings_KeepsTheFirstAndCountsTheRest()
    {
        var text = "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\nspec:\n  cidr: 10.0.0.0/8\n"
            + string.Concat(Enumerable.Range(0, 200_000).Select(n => $"  ipipMod{n}: 1\n"));
        var diagnostics = ConfigurationLoader.LoadText("f", text).Diagnostics;
        Assert.Equal(DiagnosticBag.Capacity + 1, diagnostics.Count);
        Assert.Equal("warning: 199000 more findings are not shown, 0 of them errors", diagnostics[0].ToString());
    }
}
