using VRouter.Core.Wire;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>What a pod learns of its way: hops, path MTU, fragments, its gateway's MAC address, and where its packets may not go.</summary>
public abstract class PathTests(ThreeNodesFixture fixture)
{
    private const int IPv4AndIcmp = 28;

    [SkippableFact]
    [Rfc("1812-5.2.7.3-time-exceeded", "1191-4-next-hop-mtu")]
    public async Task Tracepath_AcrossNodes_ShowsBothNodesAndThePathMtu()
    {
        var lab = await fixture.LabAsync("tracepath");

        var output = await lab.RunAsync("busybox-1", $"tracepath -n {ThreeNodes.Pod3}");

        Assert.Matches(@"(?m)^ 1:  172\.16\.6\.47 ", output);
        Assert.Matches(@"(?m)^ 2:  172\.16\.199\.114 ", output);
        Assert.Matches($@"(?m)^ 3:  {ThreeNodes.Pod3.Replace(".", @"\.")} .*reached", output);
        Assert.Contains($"Resume: pmtu {fixture.Tunnel.Mtu} hops 3 back 3", output);
    }

    [SkippableFact]
    [Rfc("1812-5.2.6-fragment")]
    public async Task Ping_LongWithoutDf_ArrivesInFragments()
    {
        var lab = await fixture.LabAsync("tshark", "mergecap");
        using var capture = lab.Capture();

        var output = await lab.RunAsync("busybox-1", $"ping -n -c 3 -i 0.2 -W 2 -M dont -s 4000 {ThreeNodes.Pod3}");

        capture.Dispose();
        Assert.Contains("3 received, 0% packet loss", output);
        await Tshark.AssertSoundAsync(capture);
    }

    [SkippableFact]
    [Rfc("792-Destination Unreachable-df", "1191-4-next-hop-mtu")]
    public async Task Ping_WithDf_PassesUpToThePathMtuAndIsToldItBeyond()
    {
        var lab = await fixture.LabAsync("tshark", "mergecap");
        var mtu = fixture.Tunnel.Mtu;
        using var capture = lab.Capture();

        // A new destination address for each size would be needed to see the kernel forget the path MTU; so first what fits.
        var fits = await lab.RunAsync("busybox-4", $"ping -n -c 2 -i 0.2 -W 2 -M do -s {mtu - IPv4AndIcmp} {ThreeNodes.Pod3}");
        var tooLong = await lab.TryAsync("busybox-4", $"ping -n -c 2 -i 0.2 -W 1 -M do -s {mtu - IPv4AndIcmp + 1} {ThreeNodes.Pod3}");

        capture.Dispose();
        Assert.Contains("2 received, 0% packet loss", fits);
        Assert.Equal(1, tooLong.ExitCode);
        Assert.Contains($"From 172.16.6.47 icmp_seq=1 Frag needed and DF set (mtu = {mtu})", tooLong.Output);
        await Tshark.AssertSoundAsync(capture);
    }

    [SkippableFact]
    public async Task Arping_PodWithoutDefaultRoute_IsAnsweredWithTheWorkloadGatewayMac()
    {
        var lab = await fixture.LabAsync("arping");

        var output = await lab.RunAsync("bare", "arping -c 1 -w 2 -I eth0 169.254.1.1");

        Assert.Contains("[EE:EE:EE:EE:EE:EE]", output);
    }

    [SkippableFact]
    public async Task Spoof_SourceOfAnother_GoesNowhereAndIsCounted()
    {
        var lab = await fixture.LabAsync();
        const string stolen = "192.168.187.199";
        // The pod learns its gateway's MAC address honestly: ARP for a stolen address is not answered, and nothing would be sent.
        await lab.RunAsync("busybox-1", $"ping -n -c 1 -W 2 {ThreeNodes.Pod3}");
        await lab.RunAsync("busybox-1", $"ip address add {stolen}/32 dev eth0");
        var before = await Drops.OfAsync(lab, "walker-1", "source-spoofed");
        using var capture = lab.Capture();
        try
        {
            var result = await lab.TryAsync("busybox-1", $"ping -n -c 3 -i 0.2 -W 1 -I {stolen} {ThreeNodes.Pod3}");
            Assert.Contains("3 packets transmitted, 0 received", result.Output);
        }
        finally
        {
            await lab.RunAsync("busybox-1", $"ip address delete {stolen}/32 dev eth0");
        }

        capture.Dispose();
        foreach (var wire in capture.Wires.Where(wire => wire != "busybox-1"))
            Assert.DoesNotContain(capture.PacketsOf(wire), seen => seen.Packet.Source == IPv4Address.Parse(stolen));
        Assert.Equal(before + 3, await Drops.OfAsync(lab, "walker-1", "source-spoofed"));
    }

    public sealed class Ipip(ThreeNodesFixture.IpipOffloaded fixture) : PathTests(fixture), IClassFixture<ThreeNodesFixture.IpipOffloaded>;

    public sealed class IpipXdp(ThreeNodesFixture.IpipXdp fixture) : PathTests(fixture), IClassFixture<ThreeNodesFixture.IpipXdp>;

    public sealed class Vxlan(ThreeNodesFixture.VxlanOffloaded fixture) : PathTests(fixture), IClassFixture<ThreeNodesFixture.VxlanOffloaded>;
}
