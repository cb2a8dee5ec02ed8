using VRouter.Core.Wire;
using VRouter.Host.Lab;

namespace VRouter.Host.Tests.Lab;

public class TopologyReaderTests
{
    private const string Head = "apiVersion: vrouter/v1\nkind: Topology\nmetadata: {name: test}\nspec:\n";

    [Fact]
    public void Parse_AllFields_AreRead()
    {
        var topology = Parse("""
              ipv6: true
              offloads: false
              networks:
                - {name: lan, mtu: 9000}
                - {name: wire, type: direct}
              gateways:
                - name: gw
                  interfaces:
                    - {name: eth0, network: wire, addresses: [10.0.1.1/24, "fd00::1/64"], mac: "02:00:00:00:00:01", offloads: true}
              nodes:
                - name: n1
                  defaultGateway: 10.0.1.1
                  interfaces: [{name: eth0, network: wire, addresses: 10.0.1.2/24}, {name: eth1, network: lan}]
                  sysctls: {net.ipv4.ip_forward: 1, net.ipv4.conf.eth0.rp_filter: 0}
                  ip: [route add blackhole 10.9.0.0/16]
              pods:
                - {name: p1, node: n1, interface: cali1, address: 10.1.0.1, mac: "02:00:00:00:00:02", hostMac: "02:00:00:00:00:03", mtu: 1450, defaultRoute: false}
                - {name: p2, node: n1, interface: tap1, attach: tap, address: 10.1.0.2}
              routers:
                - {node: n1, resources: /, configuration: {uplink: {interface: eth0}}}
            """);

        Assert.True(topology.IPv6);
        Assert.Equal(("lan", 9000, false), (topology.Networks[0].Name, topology.Networks[0].Mtu, topology.Networks[0].Direct));
        Assert.Equal(("wire", 1500, true), (topology.Networks[1].Name, topology.Networks[1].Mtu, topology.Networks[1].Direct));
        var node = topology.Hosts[0];
        Assert.Equal(("n1", false, IPv4Address.Parse("10.0.1.1")), (node.Name, node.IsGateway, node.DefaultGateway));
        Assert.Equal(["net.ipv4.ip_forward=1", "net.ipv4.conf.eth0.rp_filter=0"], node.Sysctls.Select(s => $"{s.Name}={s.Value}"));
        Assert.Equal("route add blackhole 10.9.0.0/16", Assert.Single(node.IpLines).Text);
        Assert.False(node.Interfaces[0].Offloads);
        var gateway = topology.Hosts[1];
        Assert.True(gateway.IsGateway);
        Assert.Equal(["10.0.1.1/24", "fd00::1/64"], gateway.Interfaces[0].Addresses);
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:01"), gateway.Interfaces[0].Mac);
        Assert.True(gateway.Interfaces[0].Offloads);
        var pod = topology.Pods[0];
        Assert.Equal(("p1", "n1", "cali1", false, 1450, false, false), (pod.Name, pod.Node, pod.Interface, pod.Tap, pod.Mtu, pod.DefaultRoute, pod.Offloads));
        Assert.Equal((MacAddress.Parse("02:00:00:00:00:02"), MacAddress.Parse("02:00:00:00:00:03")), (pod.Mac!.Value, pod.HostMac));
        Assert.True(topology.Pods[1].Tap);
        Assert.Equal(MacAddress.WorkloadGateway, topology.Pods[1].HostMac);
        var router = Assert.Single(topology.Routers);
        Assert.Equal(("n1", "/"), (router.Node, Assert.Single(router.Resources)));
        Assert.Contains("interface: eth0", router.Configuration);
    }

    [Fact]
    public void Parse_SeveralErrors_AreAllReportedInOrder()
    {
        var errors = Errors("""
              networks:
                - {name: lan, mtu: x}
              nodes:
                - name: n1
                  colour: red
                  defaultGateway: 10.0.0
                  interfaces:
                    - {network: lan, addresses: 10.0.1.2}
            """);

        Assert.Equal(
        [
            "t.yaml:6:24: 'mtu': 'x' is not a number from 576 to 65535",
            "t.yaml:9:7: 'colour' is not known here; known are name, interfaces, defaultGateway, sysctls, ip",
            "t.yaml:10:23: 'defaultGateway': '10.0.0' is not an IPv4 address",
            "t.yaml:12:11: 'name' is missing",
            "t.yaml:12:37: 'addresses': '10.0.1.2' is not an address with a prefix length, such as 172.16.6.47/24",
        ], errors);
    }

    [Theory]
    [InlineData("  networks: [{name: a}, {name: a}]", "t.yaml:5:25: the name 'a' is taken already, at line 5; networks, hosts and pods share their names")]
    [InlineData("  networks: [{name: A}]", "t.yaml:5:14: 'A' is no name: lower-case letters, digits, '-' and '.', up to 63 of them, letter or digit first and last")]
    [InlineData("  networks: [{name: a, type: direct}]", "t.yaml:5:14: the direct network 'a' joins two interfaces, not 0")]
    [InlineData("  networks: [{name: a, type: ring}]", "t.yaml:5:30: 'type': 'ring' is none of bridge, direct")]
    [InlineData("  nodes: [{name: a, interfaces: [{name: eth0, network: b}]}]", "t.yaml:5:34: there is no network 'b'")]
    [InlineData("  nodes: [{name: a, interfaces: [{name: a b, network: b}]}]\n  networks: [{name: b}]", "t.yaml:5:34: 'a b' is no interface name: up to 15 letters, digits, '-', '_' and '.'")]
    [InlineData("  pods: [{name: a, node: b, interface: c, address: 10.0.0.1}]", "t.yaml:5:10: there is no node 'b'")]
    [InlineData("  pods: [{name: a, node: b, interface: c}]\n  nodes: [{name: b}]", "t.yaml:5:10: 'address' is missing")]
    [InlineData("  nodes: [{name: b}]\n  pods: [{name: a, node: b, interface: c, address: 10.0.0.1, attach: tap}]", "t.yaml:6:10: a pod with a tap needs a router on 'b', which creates it")]
    [InlineData("  gateways: [{name: b}]\n  routers: [{node: b, resources: /}]", "t.yaml:6:13: there is no node 'b'")]
    [InlineData("  nodes: [{name: b}]\n  routers: [{node: b, resources: absent.yaml}]", "t.yaml:6:13: there is no file or folder ")]
    [InlineData("  nodes: [{name: b, sysctls: 7}]", "t.yaml:5:30: 'sysctls' must be a mapping")]
    [InlineData("  nodes: {name: b", "t.yaml:6:1: While parsing a flow mapping")]
    public void Parse_OneError_NamesItsPlace(string spec, string expected) => Assert.StartsWith(expected, Assert.Single(Errors(spec)));

    [Fact]
    public void Parse_OtherKind_IsRefused()
    {
        var exception = Assert.Throws<TopologyException>(() => TopologyReader.Parse("apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {}\n", "t.yaml"));

        Assert.Equal(["t.yaml:1:13: apiVersion 'v1' is not vrouter/v1", "t.yaml:2:7: kind 'Pod' is not Topology"], exception.Errors);
    }

    [Fact]
    public void Read_AbsentFile_IsReported()
    {
        var exception = Assert.Throws<TopologyException>(() => TopologyReader.Read("/nonexistent/t.yaml"));

        Assert.StartsWith("/nonexistent/t.yaml:1:1: ", Assert.Single(exception.Errors));
    }

    [Theory]
    [InlineData("three-nodes.yaml", 3)]
    [InlineData("two-nodes.yaml", 2)]
    public void Read_ExampleFiles_AreValid(string name, int routers)
    {
        var topology = TopologyReader.Read(Path.Combine(Repository.Root, "labs", name));

        Assert.Equal(routers, topology.Routers.Count);
    }

    private static Topology Parse(string spec) => TopologyReader.Parse(Head + spec, "t.yaml");

    private static IReadOnlyList<string> Errors(string spec) => Assert.Throws<TopologyException>(() => Parse(spec)).Errors;
}
