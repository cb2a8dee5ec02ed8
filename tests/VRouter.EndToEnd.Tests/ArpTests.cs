using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>A pod asks who has an address, where neither the pod nor its node has a default route.</summary>
public class ArpTests(ArpTests.Lab fixture) : IClassFixture<ArpTests.Lab>
{
    private const string GatewayMac = "[EE:EE:EE:EE:EE:EE]";

    [SkippableTheory]
    [InlineData("169.254.1.1", "the gateway of all pods")]
    [InlineData(TwoNodes.PodB, "by proxy, since a route leads elsewhere")]
    [InlineData(TwoNodes.NodeA, "the router's own address")]
    [Rfc("826-Packet Reception-target")]
    public async Task Arping_AddressBehindTheRouter_IsAnswered(string address, string why)
    {
        var lab = await fixture.LabAsync("arping");

        var result = await lab.TryAsync("pod-a", $"arping -c 1 -w 2 -I eth0 {address}");

        Assert.True(result.ExitCode == 0 && result.Output.Contains(GatewayMac, StringComparison.Ordinal), $"{why}: {result.Output}{result.Errors}");
    }

    [SkippableTheory]
    [InlineData("10.42.0.9", "an unused address of the node's block")]
    [InlineData("203.0.113.9", "no route leads there")]
    public async Task Arping_AddressWithoutAWay_IsNot(string address, string why)
    {
        var lab = await fixture.LabAsync("arping");

        var result = await lab.TryAsync("pod-a", $"arping -c 1 -w 1 -I eth0 {address}");

        Assert.True(result.ExitCode == 1 && result.Output.Contains("Received 0 response", StringComparison.Ordinal), $"{why}: {result.Output}{result.Errors}");
    }

    [SkippableFact]
    [Rfc("826-Packet Reception-target")]
    public async Task Arping_ProbeForItsOwnAddress_StaysUnanswered()
    {
        var lab = await fixture.LabAsync("arping");

        // RFC 5227: an answer would mean that the address is taken, and the pod would not start.
        var probe = await lab.TryAsync("pod-a", $"arping -D -c 2 -w 1 -I eth0 {TwoNodes.PodA}");

        Assert.True(probe.ExitCode == 0 && probe.Output.Contains("Received 0 response", StringComparison.Ordinal), probe.Output + probe.Errors);
    }

    /// <summary>Two nodes, a router on one; no default route anywhere.</summary>
    public sealed class Lab : IAsyncLifetime
    {
        private TestLab? lab;
        private HandRouter? router;

        /// <inheritdoc/>
        public Task InitializeAsync() => Task.CompletedTask;

        /// <inheritdoc/>
        public async Task DisposeAsync()
        {
            if (router is not null)
                await router.DisposeAsync();
            if (lab is not null)
                await lab.DisposeAsync();
        }

        internal async Task<TestLab> LabAsync(params string[] tools)
        {
            TestLab.Demand(tools);
            if (lab is null)
            {
                lab = await TwoNodes.BuildAsync();
                await lab.RunAsync("pod-a", "ip route delete default");
                router = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
                Assert.DoesNotContain("default", await lab.RunAsync("node-a", "ip route"));
            }

            return lab;
        }
    }
}
