using VRouter.EndToEnd.Tests.Support;
using VRouter.TestKit;

namespace VRouter.EndToEnd.Tests;

/// <summary>A node of ours and one that scapy plays, since this kernel cannot do IPIP: an independent implementation of both directions.</summary>
public class ScapyPeerTests
{
    [SkippableFact]
    [Rfc("2003-3.1-header")]
    public async Task Ipip_AgainstScapy_IsUnderstoodBothWays()
    {
        TestLab.Demand("scapy");
        await using var lab = await TwoNodes.BuildAsync();
        // The kernel of node-b must neither answer ARP nor complain of protocol 4.
        await lab.RunAsync("node-b", "ip address flush dev eth0");
        await using var router = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        // Debian's scapy belongs to the system's interpreter, which need not be the first in PATH.
        await using var peer = BackgroundCommand.Start(
            "ip", "netns", "exec", lab.Namespace("node-b"), "/usr/bin/python3", RepositoryFiles.PathOf("tests", "VRouter.EndToEnd.Tests", "Peers", "ipip_peer.py"),
            "eth0", TwoNodes.NodeB, TwoNodes.NodeA, TwoNodes.PodB, TwoNodes.PodA);
        // Until scapy listens nobody answers, neither ARP nor pings.
        await using var ping = BackgroundCommand.Start("ip", "netns", "exec", lab.Namespace("pod-a"), "ping", "-n", "-i", "0.2", "-c", "60", TwoNodes.PodB);

        var end = await peer.WaitAsync(TimeSpan.FromSeconds(60));

        var findings = end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(end.ExitCode == 0 && findings.All(line => line.StartsWith("ok ", StringComparison.Ordinal)), end.Output + end.Errors + router.Log);
        Assert.Equal(
            ["congestion", "congestion-unmarkable", "fragments", "options", "outer-fragments", "outer-fragments-backwards", "outer-overlap", "plain", "request", "stranger"],
            findings.Select(line => line["ok ".Length..]).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(" ttl=62 ", ping.Output);
        var drops = await TestLab.ToolAsync(RouterProgram, "show", "drops", "--socket", router.Socket);
        Assert.Contains("fragment-overlap", drops.Output);
        Assert.Contains("tunnel-ecn", drops.Output);
        Assert.Contains("tunnel-peer-unknown", drops.Output);
    }

    private static string RouterProgram => VRouter.Host.Lab.RouterProcess.Program[0];
}
