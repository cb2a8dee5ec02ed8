using System.Text.RegularExpressions;
using VRouter.Core.Wire;
using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Demo;

namespace VRouter.EndToEnd.Tests;

/// <summary>Every pair of pods in every mode of the pool: who is reached, by what way, and how that way looks from the pod.</summary>
public abstract class ModeTests(ModeFixture fixture)
{
    private const int IPv4AndIcmp = 28;

    private PoolMode Mode => fixture.Mode;

    /// <summary>From one pod in each network to all that it reaches: every kind of way, without every pair.</summary>
    private IEnumerable<(PodPlace From, PodPlace To)> EachWay => Mode.ReachablePairs.Where(pair => pair.From.Name is "busybox-1" or "busybox-3");

    [SkippableFact]
    public async Task Ping_EveryPair_TakesTheWayOfTheModeAndShowsTheRouters()
    {
        var lab = await fixture.LabAsync("tshark", "mergecap");
        using var capture = lab.Capture();
        foreach (var (from, to) in Mode.ReachablePairs)
        {
            var report = await PingAsync(lab, from, to, "-c 3");
            Assert.Equal([from.Node == to.Node ? 63 : 62], report.Ttls);
        }

        capture.Dispose();
        await Tshark.AssertSoundAsync(capture);
        foreach (var (from, to) in Mode.ReachablePairs.Where(pair => pair.From.Node != pair.To.Node))
            AssertWay(capture, from, to);
    }

    [SkippableFact]
    public async Task Ping_PairsWithoutAWay_GoNowhere()
    {
        var lab = await fixture.LabAsync();
        foreach (var (from, to) in Mode.UnreachablePairs)
            Assert.Equal(0, PingReport.Parse((await lab.TryAsync(from.Name, $"ping -n -c 1 -W 0.5 {to.Address}")).Output).Received);
    }

    [SkippableFact]
    public async Task Tracepath_EveryPair_NamesTheNodesAndThePathMtu()
    {
        var lab = await fixture.LabAsync("tracepath");
        foreach (var (from, to) in Mode.ReachablePairs)
        {
            var text = await lab.RunAsync(from.Name, $"tracepath -n {to.Address}");

            string[] hops = from.Node == to.Node ? [from.NodeAddress, to.Address] : [from.NodeAddress, to.NodeAddress, to.Address];
            // A line with "pmtu" is the refusal of the node before, which is on record as that hop's.
            var seen = Regex.Matches(text, @"^ *(\d+): +(\d+\.\d+\.\d+\.\d+) (?!.*pmtu)", RegexOptions.Multiline)
                .GroupBy(match => match.Groups[1].Value)
                .Select(hop => string.Join('|', hop.Select(match => match.Groups[2].Value).Distinct()));
            Assert.True(hops.SequenceEqual(seen), $"{from.Name} > {to.Name}\n{text}");
            Assert.True(
                text.Contains($"Resume: pmtu {Mode.Mtu(from, to)} hops {hops.Length} back {hops.Length}", StringComparison.Ordinal), $"{from.Name} > {to.Name}\n{text}");
        }
    }

    [SkippableTheory]
    [InlineData(1472)]
    [InlineData(3000)]
    [InlineData(8000)]
    public async Task Ping_LargeWithoutDf_IsAnswered(int size)
    {
        var lab = await fixture.LabAsync("tshark", "mergecap");
        using var capture = lab.Capture();
        foreach (var (from, to) in EachWay)
            await PingAsync(lab, from, to, $"-c 2 -M dont -s {size}");

        capture.Dispose();
        await Tshark.AssertSoundAsync(capture);
    }

    [SkippableFact]
    public async Task Ping_WithDf_PassesUpToThePathMtuAndIsToldItBeyond()
    {
        var lab = await fixture.LabAsync();
        foreach (var (from, to) in EachWay)
        {
            var mtu = Mode.Mtu(from, to);
            // What an earlier test taught the kernel of the pod about this way is of no use here.
            await lab.RunAsync(from.Name, "ip route flush cache");
            await PingAsync(lab, from, to, $"-c 2 -M do -s {mtu - IPv4AndIcmp}");
            var tooLong = await lab.TryAsync(from.Name, $"ping -n -c 2 -i 0.2 -W 1 -M do -s {mtu - IPv4AndIcmp + 1} {to.Address}");

            Assert.Equal(0, PingReport.Parse(tooLong.Output).Received);
            if (mtu < 1500)
                Assert.Contains($"From {from.NodeAddress} icmp_seq=1 Frag needed and DF set (mtu = {mtu})", tooLong.Output);
            Assert.Contains($"message too long, mtu={mtu}", tooLong.Output + tooLong.Errors);
            await lab.RunAsync(from.Name, "ip route flush cache");
        }
    }

    /// <summary>Pings; fails unless each request is answered once.</summary>
    private static async Task<PingReport> PingAsync(TestLab lab, PodPlace from, PodPlace to, string arguments)
    {
        var result = await lab.TryAsync(from.Name, $"ping -n -i 0.05 -W 5 {arguments} {to.Address}");
        var report = PingReport.Parse(result.Output + result.Errors);
        if (!report.IsComplete)
            Assert.Fail($"{from.Name} > {to.Name} {arguments}\n{report.Text}\n{await Drops.ReportAsync(lab)}");
        return report;
    }

    /// <summary>Fails unless all packets from one pod to the other were on the other node's wire in the form that the mode says.</summary>
    private void AssertWay(LabCapture capture, PodPlace from, PodPlace to)
    {
        var (source, destination) = (IPv4Address.Parse(from.Address), IPv4Address.Parse(to.Address));
        var (near, far) = (IPv4Address.Parse(from.NodeAddress), IPv4Address.Parse(to.NodeAddress));
        var packets = capture.PacketsOf(to.Node).Select(seen => seen.Packet).Where(packet => packet.Source == source && packet.Destination == destination).ToList();
        Assert.Equal(6, packets.Count);
        foreach (var packet in packets)
        {
            Assert.Equal((Mode.Between(from, to), 63), (FormOf(packet), packet.Ttl));
            if (packet.Tunnel is { } tunnel)
                Assert.Equal((near, far, from.Network == to.Network ? 64 : 63), (tunnel.Source, tunnel.Destination, tunnel.Ttl));
            if (packet.Tunnel?.Vxlan is { } vxlan)
                Assert.Equal((4096u, (ushort)4789), (vxlan.Vni, vxlan.DestinationPort));
        }
    }

    private static string FormOf(PacketHeaders packet) => packet.Tunnel switch
    {
        null => "plain",
        { Vxlan: null } => "ipip",
        _ => "vxlan",
    };

    public sealed class NeverXdp(NeverXdp.Lab fixture) : ModeTests(fixture), IClassFixture<NeverXdp.Lab>
    {
        public sealed class Lab() : ModeFixture("Never", "Never", "af-xdp");
    }

    public sealed class IpipAlwaysXdp(IpipAlwaysXdp.Lab fixture) : ModeTests(fixture), IClassFixture<IpipAlwaysXdp.Lab>
    {
        public sealed class Lab() : ModeFixture("Always", "Never", "af-xdp");
    }

    public sealed class VxlanCrossSubnetXdp(VxlanCrossSubnetXdp.Lab fixture) : ModeTests(fixture), IClassFixture<VxlanCrossSubnetXdp.Lab>
    {
        public sealed class Lab() : ModeFixture("Never", "CrossSubnet", "af-xdp");
    }

    public sealed class Never(Never.Lab fixture) : ModeTests(fixture), IClassFixture<Never.Lab>
    {
        public sealed class Lab() : ModeFixture("Never", "Never");
    }

    public sealed class IpipAlways(IpipAlways.Lab fixture) : ModeTests(fixture), IClassFixture<IpipAlways.Lab>
    {
        public sealed class Lab() : ModeFixture("Always", "Never");
    }

    public sealed class IpipCrossSubnet(IpipCrossSubnet.Lab fixture) : ModeTests(fixture), IClassFixture<IpipCrossSubnet.Lab>
    {
        public sealed class Lab() : ModeFixture("CrossSubnet", "Never");
    }

    public sealed class VxlanAlways(VxlanAlways.Lab fixture) : ModeTests(fixture), IClassFixture<VxlanAlways.Lab>
    {
        public sealed class Lab() : ModeFixture("Never", "Always");
    }

    public sealed class VxlanCrossSubnet(VxlanCrossSubnet.Lab fixture) : ModeTests(fixture), IClassFixture<VxlanCrossSubnet.Lab>
    {
        public sealed class Lab() : ModeFixture("Never", "CrossSubnet");
    }
}
