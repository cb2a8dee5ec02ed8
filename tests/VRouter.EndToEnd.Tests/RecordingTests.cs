using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary>A router over real interfaces writes down what it is given, and a replay of the file is equal to it.</summary>
public class RecordingTests
{
    private const int TransferLength = 2_000_000;

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Run_Recorded_IsReplayedAlike(int workers)
    {
        await using var lab = await TwoNodes.BuildAsync();
        var file = Path.Combine(lab.Folder, "recording.pcapng");
        await using var a = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, $"--record {file}", spec: $"  workers: {workers}");
        await using var b = await HandRouter.StartAsync(lab, "node-b", TwoNodes.Files);

        await PingAsync(lab, "-s 56");
        // Fragments, an ICMP error (the second packet of which the pod itself refuses), no route, and super-frames.
        await PingAsync(lab, "-s 3000");
        await lab.TryAsync("pod-a", $"ping -n -c 2 -i 0.1 -W 1 -M do -s 1472 {TwoNodes.PodB}");
        await lab.TryAsync("pod-a", "ping -n -c 2 -i 0.1 -W 1 203.0.113.9");
        await TcpTransfer.RunAsync(lab, "pod-a", "pod-b", TwoNodes.PodB, TransferLength);
        lab.Write("resources.yaml", TwoNodes.Resources("Never", "Always"));
        await Eventually.HoldsAsync("the route leads into VXLAN", async () => (await a.ShowAsync("routes")).Contains("vxlan", StringComparison.OrdinalIgnoreCase));
        await PingAsync(lab, "-s 56");
        await TcpTransfer.RunAsync(lab, "pod-b", "pod-a", TwoNodes.PodA, TransferLength);
        var end = await a.EndAsync("TERM");
        Assert.True(end.ExitCode == 0, end.Output + end.Errors);

        var replay = await TestLab.ToolAsync(RouterProcess.Program[0], [.. RouterProcess.Program.Skip(1), "replay", file, "--check", "-o", "json"]);

        Assert.True(replay.ExitCode == 0, replay.Output + replay.Errors + a.Log);
        using var view = JsonDocument.Parse(replay.Output);
        Assert.True(view.RootElement.GetProperty("isIdentical").GetBoolean(), replay.Output);
        Assert.Equal(workers, view.RootElement.GetProperty("workers").GetInt32());
        var received = view.RootElement.GetProperty("counters").GetProperty("received");
        Assert.True(received.GetProperty("forwarded").GetInt64() > 2 * TransferLength / 65_536, replay.Output);
        Assert.True(received.GetProperty("dropped").GetInt64() >= 3, replay.Output);
        // The pings of both modes, what is not for the router, and the transfers.
        var check = view.RootElement.GetProperty("check");
        Assert.Equal(view.RootElement.GetProperty("frames").GetInt32(), check.GetProperty("frames").GetInt32());
        Assert.True(check.GetProperty("sent").GetInt32() > 80, replay.Output);
        Assert.Equal(workers > 1 ? 1 : 0, check.GetProperty("limits").GetArrayLength());
    }

    private static async Task PingAsync(TestLab lab, string options)
    {
        var ping = PingReport.Parse(await lab.RunAsync("pod-a", $"ping -n -c 10 -i 0.02 -W 5 {options} {TwoNodes.PodB}"));
        Assert.True(ping.IsComplete, $"{ping}");
    }
}
