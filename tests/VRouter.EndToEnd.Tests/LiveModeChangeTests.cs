using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Demo;

namespace VRouter.EndToEnd.Tests;

/// <summary>The pool's mode changes while pods talk.</summary>
public class LiveModeChangeTests
{
    [SkippableTheory]
    [InlineData("Always", "Never", "Never", "Always")]
    [InlineData("CrossSubnet", "Never", "Never", "CrossSubnet")]
    public async Task Edit_ModeOfThePool_TakesEffectAndNothingIsLost(string ipip, string vxlan, string nextIpip, string nextVxlan)
    {
        await using var lab = await ThreeNodes.BuildAsync(ipip, vxlan);
        var mode = new PoolMode(nextIpip, nextVxlan);
        // What is sent while some routers have the new mode and others the old one arrives too: a router takes in both kinds from known nodes.
        using var near = new BackgroundPing(lab, "busybox-1", ThreeNodes.Pod2);
        using var far = new BackgroundPing(lab, "busybox-1", ThreeNodes.Pod3);
        await Task.Delay(500);

        lab.Write("pool.yaml", ThreeNodes.Pool(nextIpip, nextVxlan));
        await Eventually.HoldsAsync($"packets travel as {mode} says", async () =>
        {
            using var capture = lab.Capture();
            await Task.Delay(200);
            capture.Dispose();
            return PoolMode.Places.All(a => PoolMode.Places.All(b => a.Node == b.Node || HasOnly(capture, a, b, mode.Between(a, b))));
        });

        await Task.Delay(500);
        await near.AssertNothingLostAsync(lab);
        await far.AssertNothingLostAsync(lab);
    }

    private static bool HasOnly(LabCapture capture, PodPlace from, PodPlace to, string form) => capture.PacketsOf(to.Node).Select(seen => seen.Packet)
        .Where(packet => packet.Source.ToString() == from.Address && packet.Destination.ToString() == to.Address)
        .All(packet => FormOf(packet) == form);

    private static string FormOf(PacketHeaders packet) => packet.Tunnel switch
    {
        null => "plain",
        { Vxlan: null } => "ipip",
        _ => "vxlan",
    };
}
