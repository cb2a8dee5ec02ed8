using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Bench.Io;
using VRouter.Io.Traffic;
using Xunit.Abstractions;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>A workload that sends random frames as fast as it can: the router counts every one, and other pods do not notice.</summary>
public sealed class RandomFramesTests(ITestOutputHelper output)
{
    private const double Rate = 100_000;
    private const int Kinds = 512;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    [SkippableFact]
    public async Task Flood_OfRandomFrames_IsCountedAndOthersLoseNothing()
    {
        await using var lab = await ThreeNodes.BuildAsync("Always", "Never");
        lab.Write("pods.yaml", ThreeNodes.Pods + "---\n" + ThreeNodes.SpareEndpoint());
        await Eventually.HoldsAsync("the port is there", async () => (await PortAsync(lab)).ValueKind == JsonValueKind.Object);
        using var remote = new BackgroundPing(lab, "busybox-2", ThreeNodes.Pod1);
        using var local = new BackgroundPing(lab, "busybox-4", ThreeNodes.Pod1);
        await Task.Delay(500);
        var before = Seen(await PortAsync(lab));

        using var sender = FrameSender.Open("eth0", lab.Namespace("spare"), Frames(new Random(5))).OrThrow();
        var (sent, seconds) = await Task.Run(() => Pacing.Send(sender, Rate, Duration, CancellationToken.None));

        await Eventually.HoldsAsync("every frame is received or counted as lost before the router", async () => Seen(await PortAsync(lab)) - before == sent);
        await remote.AssertNothingLostAsync(lab);
        await local.AssertNothingLostAsync(lab);
        Books.AssertBalanced(await lab.VRouterAsync("walker-1", "show counters -o json"));
        output.WriteLine($"{sent} frames in {seconds:0.0} s, {sent / seconds:0} a second; {await PortAsync(lab)}");
        Assert.True(sent > Kinds);
    }

    private static async Task<JsonElement> PortAsync(TestLab lab) => JsonDocument.Parse(await lab.VRouterAsync("walker-1", "show ports -o json")).RootElement
        .EnumerateArray().FirstOrDefault(port => port.GetProperty("name").GetString() == "calispare" && port.GetProperty("index").ValueKind == JsonValueKind.Number);

    private static long Seen(JsonElement port) => port.GetProperty("receivedFrames").GetInt64() + port.GetProperty("receiveDrops").GetInt64();

    // A third is noise, a third noise behind a true Ethernet header, and a third noise in an IPv4 packet to one of the pods or to nobody.
    private static List<byte[]> Frames(Random random) => [.. Enumerable.Range(0, Kinds).Select(kind =>
    {
        var frame = new byte[random.Next(60, 1514)];
        random.NextBytes(frame);
        byte[] toRouter = [0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 2, 0, 0, 0, 0, 0x14];
        if (kind % 3 > 0)
            toRouter.CopyTo(frame, 0);
        if (kind % 3 < 2)
            return frame;
        ReadOnlySpan<byte> begin = [8, 0, 0x45];
        begin.CopyTo(frame.AsSpan(12));
        ReadOnlySpan<byte> addresses = [192, 168, 187, 214, 192, 168, 187, (byte)random.Next(200, 220)];
        addresses.CopyTo(frame.AsSpan(26));
        return frame;
    })];
}
