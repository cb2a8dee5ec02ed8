using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>TCP from pod to pod through both tunnels: super-frames cross the wire between the nodes whole, or cut by the kernel where an uplink cannot take them.</summary>
public sealed class TunnelSuperFrameTests
{
    private const int Bytes = 8 << 20;
    private const int Mtu = 1500;

    [SkippableTheory]
    [InlineData("Always", "Never")]
    [InlineData("Never", "Always")]
    public async Task Tcp_OffloadsAsTheyCome_CrossesInFarFewerFrames(string ipip, string vxlan)
    {
        TestLab.Demand();
        await using var lab = await TwoNodes.BuildAsync(ipip, vxlan);
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);
        Assert.Equal("whole, in tunnels too", await UplinkModeAsync(a));

        var (frames, bytes) = await FramesSentAsync(lab);

        Assert.InRange(bytes, Bytes, long.MaxValue);
        Assert.InRange(bytes / frames, 3 * Mtu, long.MaxValue);
    }

    [SkippableTheory]
    [InlineData("Always", "Never")]
    [InlineData("Never", "Always")]
    public async Task Tcp_UplinksWithoutOffloads_IsCutByTheKernelAndArrives(string ipip, string vxlan)
    {
        TestLab.Demand("ethtool", "tshark", "mergecap");
        await using var lab = await TwoNodes.BuildAsync(ipip, vxlan);
        foreach (var node in new[] { "node-a", "node-b" })
            await lab.RunAsync(node, "ethtool -K eth0 tx off tso off gso off sg off");
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);
        Assert.Equal("whole, in tunnels too", await UplinkModeAsync(a));
        using var capture = lab.Capture();

        var (frames, bytes) = await FramesSentAsync(lab);

        capture.Dispose();
        Assert.InRange(bytes / frames, 1, Mtu + 14);
        Assert.All(capture.FramesOf("node-a"), frame => Assert.InRange(frame.Data.Length, 1, Mtu + 14));
        await Tshark.AssertSoundAsync(capture);
    }

    [SkippableFact]
    public async Task Tcp_UplinkWithAQueueingDiscipline_SaysWhyItCutsAndArrives()
    {
        TestLab.Demand("tc");
        await using var lab = await TwoNodes.BuildAsync();
        await lab.RunAsync("node-a", "tc qdisc add dev eth0 root pfifo limit 1000");
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files);
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);

        Assert.Equal("cut: the interface has a queueing discipline (pfifo)", await UplinkModeAsync(a));
        await TcpTransfer.RunAsync(lab, "pod-a", "pod-b", TwoNodes.PodB, Bytes);
    }

    /// <summary>What node-a's uplink sent while data went from pod-a to pod-b.</summary>
    private static async Task<(long Frames, long Bytes)> FramesSentAsync(TestLab lab)
    {
        var before = await SentAsync(lab);
        await TcpTransfer.RunAsync(lab, "pod-a", "pod-b", TwoNodes.PodB, Bytes);
        var after = await SentAsync(lab);
        return (after.Frames - before.Frames, after.Bytes - before.Bytes);
    }

    private static async Task<(long Frames, long Bytes)> SentAsync(TestLab lab)
    {
        async Task<long> Read(string counter) => long.Parse(await lab.RunAsync("node-a", $"cat /sys/class/net/eth0/statistics/{counter}"));
        return (await Read("tx_packets"), await Read("tx_bytes"));
    }

    private static async Task<string?> UplinkModeAsync(HandRouter router)
    {
        string[] words = [.. VRouter.Host.Lab.RouterProcess.Program, "show", "ports", "-o", "json", "--socket", router.Socket];
        var result = await TestLab.ToolAsync(words[0], words[1..]);
        Assert.True(result.ExitCode == 0, result.Errors);
        using var ports = JsonDocument.Parse(result.Output);
        var all = ports.RootElement.ValueKind == JsonValueKind.Array ? ports.RootElement : ports.RootElement.GetProperty("ports");
        return all.EnumerateArray().Single(port => port.GetProperty("role").GetString() == "uplink").GetProperty("superFrames").GetString();
    }
}
