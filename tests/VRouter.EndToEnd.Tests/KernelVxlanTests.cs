using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>
/// A node of ours and a node whose kernel does VXLAN, set up as flannel and as Calico set it up: a vxlan device without learning, a
/// permanent neighbor, a static FDB entry, and an onlink route.
/// <code>
///  pod-a ── node-a (vrouter) ── lan ── node-b (kernel) ── pod-b
/// </code>
/// </summary>
public class KernelVxlanTests
{
    // flannel's leases say which MAC address a VTEP has. Calico's are 66 and the first five bytes of the SHA-1 of the node's name, said or not.
    private const string FlannelMacA = "c6:d2:32:6f:8f:0a";
    private const string FlannelMacB = "c6:d2:32:6f:8f:44";
    private const string CalicoMacA = "66:07:02:c1:cc:60";
    private const string CalicoMacB = "66:89:3a:22:7a:ac";

    [SkippableTheory]
    [InlineData("flannel.1", 1, 8472, FlannelMacA, FlannelMacB, true)]
    [InlineData("vxlan.calico", 4096, 4789, CalicoMacA, CalicoMacB, false)]
    [Rfc("7348-5-vni-flag", "7348-5-zero-checksum")]
    public async Task Vxlan_AgainstTheKernel_CarriesBothWays(string device, int vni, int port, string macA, string macB, bool macsAreGiven)
    {
        TestLab.Demand("bridge", "tshark", "mergecap");
        await using var lab = new TestLab();
        lab.Write("cluster.yaml", Resources(vni, port, macsAreGiven ? macA : null, macsAreGiven ? macB : null));
        await lab.BuildAsync(Topology(device, vni, port, macA, macB));
        await lab.RunAsync("node-b", $"bridge fdb append {macA} dev {device} dst 192.0.2.1 self permanent");
        using var capture = lab.Capture();

        var there = await lab.RunAsync("pod-a", "ping -n -c 3 -i 0.2 -W 2 10.244.1.2");
        var back = await lab.RunAsync("pod-b", "ping -n -c 3 -i 0.2 -W 2 10.244.0.2");
        var large = await lab.RunAsync("pod-b", "ping -n -c 2 -i 0.2 -W 2 -M dont -s 3000 10.244.0.2");
        var largeThere = await lab.RunAsync("pod-a", "ping -n -c 2 -i 0.2 -W 2 -M dont -s 8000 10.244.1.2");
        await TcpTransfer.RunAsync(lab, "pod-a", "pod-b", "10.244.1.2", 2 << 20);
        await TcpTransfer.RunAsync(lab, "pod-b", "pod-a", "10.244.0.2", 2 << 20);

        capture.Dispose();
        Assert.Contains("3 received, 0% packet loss", there);
        Assert.Contains(" ttl=62 ", there);
        Assert.Contains("3 received, 0% packet loss", back);
        Assert.Contains(" ttl=62 ", back);
        Assert.Contains("2 received, 0% packet loss", large);
        Assert.Contains("2 received, 0% packet loss", largeThere);
        await Tshark.AssertSoundAsync(capture, port);
        var tunnelled = capture.PacketsOf("node-a", (ushort)port).Where(seen => seen.Packet.Tunnel is not null).ToList();
        Assert.All(tunnelled, seen => Assert.Equal((uint)vni, seen.Packet.Tunnel!.Vxlan!.Vni));
        Assert.Contains(tunnelled, seen => seen.Packet.Tunnel!.Vxlan!.InnerSourceMac.ToString() == macA && seen.Packet.Tunnel.Vxlan.InnerDestinationMac.ToString() == macB);
        Assert.Contains(tunnelled, seen => seen.Packet.Tunnel!.Vxlan!.InnerSourceMac.ToString() == macB && seen.Packet.Tunnel.Vxlan.InnerDestinationMac.ToString() == macA);
    }

    /// <summary>The kernel's vxlan device believes in 1450 bytes, its route takes 1000: so its outer packets, without DF, come in fragments.</summary>
    [SkippableTheory]
    [InlineData("auto")]
    [InlineData("af-xdp")]
    public async Task Vxlan_OuterPacketsInFragments_ArePutTogether(string driver)
    {
        TestLab.Demand("bridge", "tshark", "mergecap");
        await using var lab = new TestLab();
        lab.Write("cluster.yaml", Resources(1, 8472, FlannelMacA, FlannelMacB));
        await lab.BuildAsync(Topology("flannel.1", 1, 8472, FlannelMacA, FlannelMacB, driver));
        await lab.RunAsync("node-b", $"bridge fdb append {FlannelMacA} dev flannel.1 dst 192.0.2.1 self permanent");
        await lab.RunAsync("node-b", "ip route change 192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.2 mtu 1000");
        using var capture = lab.Capture();

        var output = await lab.RunAsync("pod-b", "ping -n -c 3 -i 0.2 -W 10 -M dont -s 1422 10.244.0.2");
        var larger = await lab.RunAsync("pod-b", "ping -n -c 3 -i 0.2 -W 10 -M dont -s 9000 10.244.0.2");
        // Without DF TCP's segments stay as long as the device says.
        await lab.RunAsync("pod-b", "sysctl -w net.ipv4.ip_no_pmtu_disc=1");
        await TcpTransfer.RunAsync(lab, "pod-b", "pod-a", "10.244.0.2", 2 << 20);

        capture.Dispose();
        Assert.Contains("3 received, 0% packet loss", output);
        Assert.Contains("3 received, 0% packet loss", larger);
        var fragments = 0;
        foreach (var file in capture.Files)
            fragments += (await Tshark.FieldsAsync(file, "ip.src == 192.0.2.2 && ip.dst == 192.0.2.1 && ip.flags.mf == 1", "frame.number")).Count;
        Assert.InRange(fragments, 100, int.MaxValue);
        Assert.Equal(0, await Drops.OfAsync(lab, "node-a", "reassembly-timeout") + await Drops.OfAsync(lab, "node-a", "reassembly-incomplete"));
        // The guard, or the program, hid them all from the kernel: nothing is left there that waits for its first fragment.
        Assert.Contains("FRAG: inuse 0 memory 0", await lab.RunAsync("node-a", "cat /proc/net/sockstat"));
    }

    private static string Topology(string device, int vni, int port, string macA, string macB, string driver = "auto") => $$"""
        apiVersion: vrouter/v1
        kind: Topology
        metadata: {name: kernel-vxlan}
        spec:
          networks: [{name: lan}]
          nodes:
            - name: node-a
              interfaces: [{name: eth0, network: lan, addresses: 192.0.2.1/24}]
              sysctls: {net.ipv4.ip_forward: 1}
            - name: node-b
              interfaces: [{name: eth0, network: lan, addresses: 192.0.2.2/24}]
              sysctls: {net.ipv4.ip_forward: 1, net.ipv4.conf.calib.proxy_arp: 1, net.ipv4.neigh.calib.proxy_delay: 0}
              ip:
                - route add 10.244.1.2 dev calib scope link
                - link add name {{device}} address {{macB}} mtu 1450 type vxlan id {{vni}} dstport {{port}} local 192.0.2.2 dev eth0 nolearning
                - address add 10.244.1.0/32 dev {{device}}
                - link set dev {{device}} up
                - neigh replace 10.244.0.0 lladdr {{macA}} dev {{device}} nud permanent
                - route add 10.244.0.0/24 via 10.244.0.0 dev {{device}} onlink
                # Without a route elsewhere the kernel's proxy ARP does not answer the pod for 169.254.1.1.
                - route add default via 192.0.2.1 dev eth0
          pods:
            - {name: pod-a, node: node-a, interface: calia, address: 10.244.0.2, mac: "02:00:00:00:00:0a", mtu: 1450}
            - {name: pod-b, node: node-b, interface: calib, address: 10.244.1.2, mac: "02:00:00:00:00:0b", mtu: 1450}
          routers:
            - {node: node-a, resources: cluster.yaml, configuration: { uplink: { interface: eth0, driver: {{driver}} } } }
        """;

    private static string Resources(int vni, int port, string? macA, string? macB) => CalicoResources.File(
        CalicoResources.Pool("10.244.0.0/16", 24, "Never", "Always"),
        $$"""
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {vxlanVNI: {{vni}}, vxlanPort: {{port}}}
        """,
        CalicoResources.Node("node-a", "192.0.2.1/24", ["ipv4VXLANTunnelAddr: 10.244.0.0", .. Vtep(macA)]),
        CalicoResources.Block("node-a", "10.244.0.0/24"),
        CalicoResources.Node("node-b", "192.0.2.2/24", ["ipv4VXLANTunnelAddr: 10.244.1.0", .. Vtep(macB)]),
        CalicoResources.Block("node-b", "10.244.1.0/24"),
        CalicoResources.Endpoint("node-a", "pod-a", "calia", "02:00:00:00:00:0a", "10.244.0.2"));

    private static string[] Vtep(string? mac) => mac is null ? [] : [$"vxlanTunnelMACAddr: \"{mac}\""];
}
