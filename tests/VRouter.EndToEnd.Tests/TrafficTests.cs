using VRouter.Core.Wire;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>Pods talk across nodes whose kernels forward too: everything arrives, once, with true checksums.</summary>
public abstract class TrafficTests(ThreeNodesFixture fixture)
{
    // Far below what any machine reaches; only a stream that crawls from timeout to timeout stays under it.
    private const double LeastBitsPerSecond = 20e6;

    // The receiver's socket overflows when its process is not let run; a router that loses by rule loses far more.
    private const double MostLostPercent = 5;

    [SkippableFact]
    [Rfc("1812-5.3.1-decrement")]
    public async Task Ping_EveryPair_ArrivesOnceAndShowsTheRoutersOnItsWay()
    {
        var lab = await fixture.LabAsync("tshark", "mergecap");
        (string Name, string Node, string Address)[] pods =
        [
            ("busybox-1", "walker-1", ThreeNodes.Pod1),
            ("busybox-4", "walker-1", ThreeNodes.Pod4),
            ("busybox-2", "walker-2", ThreeNodes.Pod2),
            ("busybox-3", "demi-1", ThreeNodes.Pod3),
        ];
        using var capture = lab.Capture();
        foreach (var from in pods)
        {
            foreach (var to in pods.Where(to => to != from))
            {
                var output = await lab.RunAsync(from.Name, $"ping -n -c 1 -W 2 {to.Address}");
                Assert.Contains(from.Node == to.Node ? " ttl=63 " : " ttl=62 ", output);
                Assert.DoesNotContain("DUP!", output);
            }
        }

        capture.Dispose();
        await Tshark.AssertSoundAsync(capture);
        foreach (var wire in capture.Wires)
        {
            var requests = capture.PacketsOf(wire).Where(seen => seen.Packet.IcmpType is IcmpType.EchoRequest or IcmpType.EchoReply);
            Assert.All(
                requests.GroupBy(seen => (seen.Packet.Source, seen.Packet.Destination, seen.Packet.IcmpType)),
                group => Assert.True(group.Count() == 1, $"{wire}: {group.Key} was seen {group.Count()} times"));
        }
    }

    [SkippableFact]
    public async Task Tcp_BetweenPods_ArrivesUnchangedWithTrueChecksums()
    {
        var lab = await fixture.LabAsync("tshark", "mergecap");
        using var capture = lab.Capture();

        await TcpTransfer.RunAsync(lab, "busybox-1", "busybox-3", ThreeNodes.Pod3, 4 << 20);
        await TcpTransfer.RunAsync(lab, "busybox-3", "busybox-1", ThreeNodes.Pod1, 4 << 20);
        await TcpTransfer.RunAsync(lab, "busybox-1", "busybox-4", ThreeNodes.Pod4, 4 << 20);

        capture.Dispose();
        await Tshark.AssertSoundAsync(capture);
    }

    [SkippableTheory]
    [InlineData("busybox-3", ThreeNodes.Pod3)]
    [InlineData("busybox-4", ThreeNodes.Pod4)]
    public async Task Tcp_ForASecond_IsFastBothWays(string server, string address)
    {
        var lab = await fixture.LabAsync("iperf3");

        var there = await Iperf.RunAsync(lab, "busybox-1", server, address, "-t 1");
        var back = await Iperf.RunAsync(lab, "busybox-1", server, address, "-t 1 -R");

        Assert.InRange(there.GetProperty("sum_received").GetProperty("bits_per_second").GetDouble(), LeastBitsPerSecond, double.MaxValue);
        Assert.InRange(back.GetProperty("sum_received").GetProperty("bits_per_second").GetDouble(), LeastBitsPerSecond, double.MaxValue);
    }

    [SkippableTheory]
    [InlineData(1300)]
    // Longer than the path: the pod's kernel fragments for its own MTU, the router again for the tunnel's.
    [InlineData(4000)]
    public async Task Udp_AtAModestRate_ArrivesAllButWhatABusyMachineLoses(int length)
    {
        var lab = await fixture.LabAsync("iperf3", "tshark", "mergecap");
        using var capture = lab.Capture();

        var end = await Iperf.RunAsync(lab, "busybox-1", "busybox-3", ThreeNodes.Pod3, $"-u -b 5M -l {length} -t 1");

        capture.Dispose();
        var sum = end.GetProperty("sum");
        Assert.InRange(sum.GetProperty("packets").GetInt64(), 100, long.MaxValue);
        Assert.InRange(sum.GetProperty("lost_percent").GetDouble(), 0, MostLostPercent);
        await Tshark.AssertSoundAsync(capture);
    }

    public sealed class IpipOffloaded(ThreeNodesFixture.IpipOffloaded fixture) : TrafficTests(fixture), IClassFixture<ThreeNodesFixture.IpipOffloaded>;

    public sealed class IpipPlain(ThreeNodesFixture.IpipPlain fixture) : TrafficTests(fixture), IClassFixture<ThreeNodesFixture.IpipPlain>;

    public sealed class VxlanOffloaded(ThreeNodesFixture.VxlanOffloaded fixture) : TrafficTests(fixture), IClassFixture<ThreeNodesFixture.VxlanOffloaded>;

    public sealed class VxlanPlain(ThreeNodesFixture.VxlanPlain fixture) : TrafficTests(fixture), IClassFixture<ThreeNodesFixture.VxlanPlain>;

    public sealed class IpipXdp(ThreeNodesFixture.IpipXdp fixture) : TrafficTests(fixture), IClassFixture<ThreeNodesFixture.IpipXdp>;

    public sealed class VxlanXdp(ThreeNodesFixture.VxlanXdp fixture) : TrafficTests(fixture), IClassFixture<ThreeNodesFixture.VxlanXdp>;
}
