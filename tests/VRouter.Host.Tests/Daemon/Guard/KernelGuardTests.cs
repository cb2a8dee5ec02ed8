using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Daemon.Guard;
using VRouter.Io.Linux;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Daemon.Guard;

/// <summary>
/// A host namespace with an uplink and a workload's interface; the test stands at the other ends. Without the guard the host answers IPIP
/// with protocol unreachable; with it, it must not see what is the router's.
/// </summary>
public sealed class KernelGuardTests : IDisposable
{
    private readonly ScratchNamespace host;
    private readonly ScratchNamespace outside;

    public KernelGuardTests()
    {
        Requires.Tools("nft");
        host = new ScratchNamespace();
        outside = new ScratchNamespace();
        host.Ip($"link add eth0 type veth peer name out0 netns {outside.Name}");
        host.Ip($"link add cali1 type veth peer name pod0 netns {outside.Name}");
        host.Ip("address add 10.9.0.1/24 dev eth0");
        host.Ip("link set eth0 up");
        host.Ip("link set cali1 up");
        outside.Ip("address add 10.9.0.2/24 dev out0");
        outside.Ip("link set out0 up");
        outside.Ip("link set pod0 up");
    }

    private GuardPlan Plan => new()
    {
        Node = "n1",
        Uplink = new GuardedInterface("eth0", 1),
        NodeAddress = IPv4Address.Parse("10.9.0.1"),
        VxlanL4Port = 4789,
        Destinations = [IPv4Prefix.Parse("10.50.0.1/32")],
        Workloads = [new GuardedInterface("cali1", 2)],
    };

    [SkippableFact]
    public void Apply_ThenRemove_LeavesNoTable()
    {
        var guard = new KernelGuard("n1");
        InHost(() => guard.Apply(Plan));
        Assert.Equal(["n1"], NodesInPlace());
        InHost(guard.Remove);
        Assert.Empty(NodesInPlace());
        Assert.Equal("", host.Exec("nft list ruleset"));
    }

    [SkippableFact]
    public void Apply_OverTheTableOfACrashedRouter_ReplacesIt()
    {
        InHost(() => new KernelGuard("n1").Apply(Plan));
        InHost(() => new KernelGuard("n1").Apply(Plan with { VxlanL4Port = null, Workloads = [] }));
        var rules = host.Exec("nft list ruleset");
        Assert.DoesNotContain("4789", rules);
        Assert.DoesNotContain("cali1", rules);
        Assert.Equal(1, rules.Split("chain uplink").Length - 1);
    }

    [SkippableFact]
    public void Apply_RulesThatTheKernelRefuses_KeepsTheOldOnes()
    {
        var guard = new KernelGuard("n1");
        InHost(() => guard.Apply(Plan));
        Assert.Throws<GuardException>(() => InHost(() => guard.Apply(Plan with { Uplink = new GuardedInterface("a-name-of-many-bytes", 9) })));
        Assert.Contains("eth0", host.Exec("nft list ruleset"));
        Assert.Equal(Plan, guard.Applied);
    }

    [SkippableFact]
    public void Remove_AfterApply_LetsTheKernelSeeEverythingAgain()
    {
        var guard = new KernelGuard("n1");
        InHost(() => guard.Apply(Plan));
        InHost(guard.Remove);
        CountWhatTheHostSees();
        SendIpip("10.9.0.1");
        SendUdp("10.9.0.1", 4789);
        var seen = host.Exec("nft list chain ip seen in");
        Assert.Contains("ip protocol ipencap counter packets 1", seen);
        Assert.Contains("udp dport 4789 counter packets 1", seen);
    }

    [SkippableFact]
    public void Apply_UplinkTraffic_HidesTunnelsAndPodsOnly()
    {
        InHost(() => new KernelGuard("n1").Apply(Plan));
        CountWhatTheHostSees();
        outside.Ip("route add 10.50.0.0/24 via 10.9.0.1");
        outside.Exec("ping -c 1 -W 5 10.9.0.1");
        SendIpip("10.9.0.1");
        SendUdp("10.9.0.1", 4789);
        SendUdp("10.9.0.1", 5000);
        SendUdp("10.50.0.1", 5000);
        var seen = host.Exec("nft list chain ip seen in");
        Assert.Contains("ip protocol ipencap counter packets 0", seen);
        Assert.Contains("udp dport 4789 counter packets 0", seen);
        Assert.Contains("ip daddr 10.50.0.1 counter packets 0", seen);
        Assert.Contains("icmp type echo-request counter packets 1", seen);
        Assert.Contains("udp dport 5000 counter packets 1", seen);
    }

    [SkippableFact]
    public void Apply_UdpInFragments_HidesThoseOfVxlanOnly()
    {
        InHost(() => new KernelGuard("n1").Apply(Plan));
        // Before the kernel reassembles: its connection tracking would do so first.
        host.Exec("nft add table ip seen");
        host.Exec("nft add chain ip seen in { type filter hook prerouting priority -450 ; }");
        foreach (var rule in (string[])["ip frag-off & 0x3fff == 0x2000", "ip frag-off & 0x1fff != 0"])
            host.Exec($"nft add rule ip seen in ip protocol udp {rule} counter");

        SendUdp("10.9.0.1", 4789, 4000);
        AssertFragmentsSeen(first: 0, later: 0);
        Assert.DoesNotContain("elements", host.Exec("nft list set netdev vrouter-n1 vxlan-fragments"));
        SendUdp("10.9.0.1", 5000, 4000);
        AssertFragmentsSeen(first: 1, later: 2);

        // What the guard noted does not stay when a last fragment is lost and the identification is used again.
        SendFragment(7, 0x2000, [1, 2, 0x12, 0xb5, 0, 100, 0, 0]);
        SendFragment(7, 0x2001, new byte[8]);
        AssertFragmentsSeen(first: 1, later: 2);
        Assert.Contains("10.9.0.2 . 7", host.Exec("nft list set netdev vrouter-n1 vxlan-fragments"));
        SendFragment(7, 0x2000, [1, 2, 0x13, 0x88, 0, 100, 0, 0]);
        SendFragment(7, 0x2001, new byte[8]);
        AssertFragmentsSeen(first: 2, later: 3);

        void AssertFragmentsSeen(int first, int later)
        {
            var counts = Regex.Matches(host.Exec("nft list chain ip seen in"), @"counter packets (\d+)").Select(match => int.Parse(match.Groups[1].Value)).ToArray();
            Assert.Equal([first, later], counts);
        }
    }

    public void Dispose()
    {
        host?.Dispose();
        outside?.Dispose();
    }

    private void CountWhatTheHostSees()
    {
        host.Exec("nft add table ip seen");
        host.Exec("nft add chain ip seen in { type filter hook prerouting priority -300 ; }");
        foreach (var rule in (string[])["ip protocol 4", "udp dport 4789", "ip daddr 10.50.0.1", "icmp type echo-request", "udp dport 5000"])
            host.Exec($"nft add rule ip seen in {rule} counter");
    }

    private IReadOnlyList<string> NodesInPlace()
    {
        IReadOnlyList<string> nodes = [];
        InHost(() => nodes = KernelGuard.NodesInPlace());
        return nodes;
    }

    private void InHost(Action action) => In(host, action);

    private void SendUdp(string address, int port, int length = 3) => In(outside, () =>
    {
        using var socket = new UdpClient();
        // Else Linux sets DF, and sends nothing that does not fit.
        socket.DontFragment = false;
        socket.Send(new byte[length], address, port);
    });

    private void SendFragment(byte identification, ushort fragment, byte[] payload) => In(outside, () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        byte[] packet = [0x45, 0, 0, 0, 0, identification, (byte)(fragment >> 8), (byte)fragment, 64, 17, 0, 0, 10, 9, 0, 2, 10, 9, 0, 1, .. payload];
        socket.SendTo(packet, new IPEndPoint(IPAddress.Parse("10.9.0.1"), 0));
    });

    private void SendIpip(string address) => In(outside, () =>
    {
        // IPPROTO_RAW: the header is ours; the kernel writes the lengths, the checksum and the source (raw(7)).
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        byte[] packet = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 4, 0, 0, 0, 0, 0, 0, .. IPAddress.Parse(address).GetAddressBytes(), .. new byte[20]];
        socket.SendTo(packet, new IPEndPoint(IPAddress.Parse(address), 0));
    });

    private static void In(ScratchNamespace space, Action action) => NetworkNamespace.Run<bool>(space.Name, () =>
    {
        action();
        return true;
    }).OrThrow();
}
