using VRouter.Core.Wire;
using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Demo;

namespace VRouter.EndToEnd.Tests;

/// <summary>What the host's kernel does beside a router: nothing while the guard is in place, and harm without it.</summary>
public class GuardTests
{
    private const string ProtocolUnreachable = "icmp.type == 3 && icmp.code == 2";

    [SkippableFact]
    public async Task Guard_KernelForwardsAndKnowsNoIpip_NothingIsDoubledOrComplainedOf()
    {
        await using var lab = await TwoNodes.BuildAsync(nodeSysctls: "{net.ipv4.ip_forward: 1}");
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);

        var (report, complaints, copies) = await PingAndLookAsync(lab);

        Assert.True(report.IsComplete, report.Text);
        Assert.Empty(complaints);
        Assert.Equal((report.Sent, report.Sent), copies);
    }

    [SkippableFact]
    public async Task Guard_KernelForwardsPlainPackets_NothingIsDoubled()
    {
        // With a way to the other pod the kernel would carry a second copy of every packet.
        await using var lab = await TwoNodes.BuildAsync("Never", "Never", "{net.ipv4.ip_forward: 1, net.ipv4.conf.all.rp_filter: 0}");
        await AddKernelRoutesAsync(lab);
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);

        var (report, complaints, copies) = await PingAndLookAsync(lab);

        Assert.True(report.IsComplete, report.Text);
        Assert.Empty(complaints);
        Assert.Equal((report.Sent, report.Sent), copies);
    }

    [SkippableFact]
    public async Task NoGuard_KernelKnowsNoIpip_ComplainsOfEveryPacket()
    {
        await using var lab = await TwoNodes.BuildAsync(nodeSysctls: "{net.ipv4.icmp_ratelimit: 0, net.ipv4.icmp_msgs_per_sec: 10000, net.ipv4.icmp_msgs_burst: 10000}");
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, "--no-guard");
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files, "--no-guard");

        var (_, complaints, _) = await PingAndLookAsync(lab);

        Assert.NotEmpty(complaints);
        Assert.Contains("--no-guard", a.Log);
    }

    [SkippableFact]
    public async Task NoGuard_KernelForwardsPlainPackets_DoublesThem()
    {
        await using var lab = await TwoNodes.BuildAsync("Never", "Never", "{net.ipv4.ip_forward: 1, net.ipv4.conf.all.rp_filter: 0}");
        await AddKernelRoutesAsync(lab);
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, "--no-guard");
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files, "--no-guard");

        var (report, _, _) = await PingAndLookAsync(lab);

        Assert.True(report.Duplicates > 0, report.Text);
    }

    private static async Task AddKernelRoutesAsync(TestLab lab)
    {
        await lab.RunAsync("node-a", $"ip route add 10.42.1.0/24 via {TwoNodes.NodeB}");
        await lab.RunAsync("node-b", $"ip route add 10.42.0.0/24 via {TwoNodes.NodeA}");
        await lab.RunAsync("node-a", $"ip route add {TwoNodes.PodA} dev cali-a");
        await lab.RunAsync("node-b", $"ip route add {TwoNodes.PodB} dev cali-b");
        await lab.RunAsync("node-a", $"ip neigh add {TwoNodes.PodA} lladdr 02:00:00:00:00:0a dev cali-a");
        await lab.RunAsync("node-b", $"ip neigh add {TwoNodes.PodB} lladdr 02:00:00:00:00:0b dev cali-b");
    }

    /// <summary>Pings, and tells of complaints on any wire, and how many echo requests were on the other node's wire and the other pod's.</summary>
    private static async Task<(PingReport Report, IReadOnlyList<string> Complaints, (int Wire, int Pod) Copies)> PingAndLookAsync(TestLab lab)
    {
        TestLab.Demand("tshark");
        using var capture = lab.Capture();
        var report = PingReport.Parse(await lab.RunAsync("pod-a", $"ping -n -c 10 -i 0.05 -W 2 {TwoNodes.PodB}"));
        capture.Dispose();
        var complaints = new List<string>();
        foreach (var file in capture.Files)
            complaints.AddRange(await Tshark.FieldsAsync(file, ProtocolUnreachable, "frame.number", "ip.src", "ip.dst"));
        return (report, complaints, (Requests("node-b"), Requests("pod-b")));

        int Requests(string wire) => capture.PacketsOf(wire).Count(seen => IsRequest(seen.Packet));
    }

    private static bool IsRequest(PacketHeaders packet) => packet.IcmpType == IcmpType.EchoRequest && packet.Destination == IPv4Address.Parse(TwoNodes.PodB);
}
