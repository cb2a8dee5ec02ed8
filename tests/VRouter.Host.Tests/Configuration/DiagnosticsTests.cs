using VRouter.Host.Configuration;

namespace VRouter.Host.Tests.Configuration;

/// <summary>Golden texts of findings: the file is called "f", so that a row reads as a person sees it.</summary>
public sealed class DiagnosticsTests
{
    private const string Pool = "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p}\n";
    private const string Node = "apiVersion: projectcalico.org/v3\nkind: Node\nmetadata: {name: n}\n";
    private const string Block = "apiVersion: projectcalico.org/v3\nkind: BlockAffinity\nmetadata: {name: b}\n";
    private const string Endpoint = "apiVersion: projectcalico.org/v3\nkind: WorkloadEndpoint\nmetadata: {name: e}\n";
    private const string Felix = "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: default}\n";
    private const string Router = "apiVersion: vrouter/v1\nkind: RouterConfiguration\nmetadata: {name: n}\n";
    private const string GoodNode = "---\n" + Node + "spec: {bgp: {ipv4Address: 10.0.0.1/24}}\n";
    private const string GoodPool = "---\n" + Pool + "spec: {cidr: 10.9.0.0/16}\n";

    public static TheoryData<string, string, string[]> OneResource => new()
    {
        { "pool without cidr", Pool + "spec: {}\n", ["f:4:7: error: spec.cidr is required"] },
        { "pool with a bad cidr", Pool + "spec:\n  cidr: 192.168/16\n", ["f:5:9: error: spec.cidr '192.168/16' is not an IPv4 prefix such as 10.0.0.0/16"] },
        {
            "pool with host bits", Pool + "spec:\n  cidr: 192.168.1.0/16\n",
            ["f:5:9: error: spec.cidr '192.168.1.0/16' has bits set behind the prefix length; did you mean 192.168.0.0/16?"]
        },
        { "pool whose cidr is a number", Pool + "spec:\n  cidr: 5\n", ["f:5:9: error: spec.cidr must be a string, not the number 5; put it in quotes"] },
        { "pool whose cidr is a list", Pool + "spec:\n  cidr: [a]\n", ["f:5:9: error: spec.cidr must be a string, not a list"] },
        {
            "pool of IPv6", Pool + "spec:\n  cidr: fd00::/48\n",
            ["f:5:9: warning: spec.cidr fd00::/48 is IPv6, which this version does not route; the pool is ignored"]
        },
        {
            "pool with both modes", Pool + "spec:\n  cidr: 10.0.0.0/16\n  ipipMode: Always\n  vxlanMode: CrossSubnet\n",
            ["f:7:14: error: spec.vxlanMode is CrossSubnet while ipipMode is Always; one of them must be Never"]
        },
        {
            "pool with a mode misspelt", Pool + "spec:\n  cidr: 10.0.0.0/16\n  ipipMode: always\n",
            ["f:6:13: error: spec.ipipMode 'always' is not one of Never, Always, CrossSubnet; did you mean 'Always'?"]
        },
        {
            "pool with a field misspelt", Pool + "spec:\n  cidr: 10.0.0.0/16\n  ipipmode: Always\n",
            ["f:6:3: warning: unknown field 'spec.ipipmode'; did you mean 'ipipMode'?"]
        },
        {
            "pool with NAT", Pool + "spec:\n  cidr: 10.0.0.0/16\n  natOutgoing: true\n",
            ["f:6:16: warning: spec.natOutgoing is not carried out by this version: packets that leave the pools keep the workload's address"]
        },
        {
            "boolean in quotes", Pool + "spec:\n  cidr: 10.0.0.0/16\n  disabled: \"true\"\n",
            ["f:6:13: error: spec.disabled must be true or false, not a string: 'true'"]
        },
        {
            "control characters in a quoted text", Pool + "spec:\n  cidr: \"1\\n\\e[2J\"\n",
            [@"f:5:9: error: spec.cidr '1\u000a\u001b[2J' is not an IPv4 prefix such as 10.0.0.0/16"]
        },
        { "no spec", Pool, ["f:1:1: error: spec is required"] },
        { "spec is a text", Pool + "spec: text\n", ["f:4:7: error: spec must be a mapping, not a string"] },
        { "no kind", "apiVersion: projectcalico.org/v3\n", ["f:1:1: error: kind is required"] },
        { "no version and no kind", "a: b\n", ["f:1:1: error: apiVersion is required", "f:1:1: error: kind is required"] },
        { "a list", "- a\n", ["f:1:1: error: a resource must be a mapping, not a list"] },
        { "a text", "hello\n", ["f:1:1: error: a resource must be a mapping, not a string"] },
        {
            "unknown kind", "apiVersion: projectcalico.org/v3\nkind: IPPol\n",
            ["f:2:7: warning: kind 'IPPol' is unknown; the resource is ignored; did you mean 'IPPool'?"]
        },
        {
            "a kind that is not served", "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n",
            ["f:2:7: warning: NetworkPolicy is not carried out by this version; the resource is ignored"]
        },
        {
            "a version that is not served", "apiVersion: v1\nkind: Node\n",
            ["f:1:13: warning: apiVersion 'v1' of kind Node is unknown and the resource ignored; projectcalico.org/v3 is understood"]
        },
        {
            "no name", "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {}\nspec: {cidr: 10.0.0.0/16}\n",
            ["f:3:11: error: metadata.name is required"]
        },
        {
            "a name with a slash", "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: ../x}\nspec: {cidr: 10.0.0.0/16}\n",
            ["f:3:18: error: metadata.name '../x' is not a name: up to 253 letters, digits, '-', '.' and '_', a letter or digit first and last"]
        },
        {
            "a namespace where there is none",
            "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p, namespace: x}\nspec: {cidr: 10.0.0.0/16}\n",
            ["f:3:32: warning: metadata.namespace has no effect: the kind is not namespaced"]
        },
        {
            "a label that is a number",
            "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: p, labels: {a: 1}}\nspec: {cidr: 10.0.0.0/16}\n",
            ["f:3:33: error: metadata.labels[a] must be a string, not the number 1"]
        },
        {
            "node with a bad address", Node + "spec: {bgp: {ipv4Address: 172.16.6.300/24}}\n",
            ["f:4:27: error: spec.bgp.ipv4Address '172.16.6.300/24' is not an IPv4 address with prefix length such as 172.16.6.47/24"]
        },
        {
            "node with a loopback address", Node + "spec: {bgp: {ipv4Address: 127.0.0.1/8}}\n",
            ["f:4:27: error: spec.bgp.ipv4Address '127.0.0.1/8' is not an IPv4 address with prefix length such as 172.16.6.47/24"]
        },
        { "node without address", Node + "spec: {}\n", ["f:1:1: warning: spec.bgp.ipv4Address is missing: Node 'n' takes no part in routing"] },
        {
            "node with a multicast VTEP", Node + "spec: {bgp: {ipv4Address: 10.0.0.1/24}, vxlanTunnelMACAddr: '01:00:5e:00:00:01'}\n",
            ["f:4:61: error: spec.vxlanTunnelMACAddr '01:00:5e:00:00:01' is not the MAC address of an interface"]
        },
        {
            "block in an unknown state", GoodNode + GoodPool + "---\n" + Block + "spec: {node: n, cidr: 10.9.0.0/26, state: confirm}\n",
            ["f:15:43: error: spec.state 'confirm' is not one of confirmed, pending, pendingDeletion; did you mean 'confirmed'?"]
        },
        { "block of an unknown node", GoodPool + "---\n" + Block + "spec: {node: x, cidr: 10.9.0.0/26}\n", ["f:10:14: error: spec.node names node 'x', but there is no such Node"] },
        {
            "block in no pool", GoodNode + "---\n" + Block + "spec: {node: n, cidr: 10.9.0.0/26}\n",
            ["f:10:23: warning: spec.cidr 10.9.0.0/26 lies in no IPPool: it is reached without encapsulation"]
        },
        {
            "block of a node without address", GoodPool + "---\n" + Node + "spec: {bgp: {}}\n---\n" + Block + "spec: {node: n, cidr: 10.9.0.0/26}\n",
            ["f:7:1: error: spec.bgp.ipv4Address is required: Node 'n' has blocks, endpoints or a router"]
        },
        {
            "endpoint without anything", Endpoint + "spec: {}\n",
            [
                "f:4:7: error: spec.node is required",
                "f:4:7: error: spec.interfaceName is required where spec.pod does not give it",
                "f:4:7: error: spec.ipNetworks is required",
            ]
        },
        {
            "endpoint with bad addresses",
            GoodNode + GoodPool + "---\n" + Endpoint + "spec:\n  node: n\n  pod: p\n  ipNetworks:\n  - 10.9.0.0/24\n  - 10.9.0.300\n  - fd00::1/128\n  - 7\n",
            [
                "f:19:5: error: spec.ipNetworks[0] '10.9.0.0/24' must be a single address: 10.9.0.0/32",
                "f:20:5: error: spec.ipNetworks[1] '10.9.0.300' is not a workload's IPv4 address such as 10.0.0.1/32",
                "f:21:5: warning: spec.ipNetworks[2] fd00::1/128 is IPv6, which this version does not route; it is ignored",
                "f:22:5: error: spec.ipNetworks[3] must be a string, not the number 7",
            ]
        },
        {
            "endpoint with a long interface name",
            GoodNode + GoodPool + "---\n" + Endpoint + "spec: {node: n, interfaceName: cali0123456789ab, ipNetworks: [10.9.0.1]}\n",
            ["f:15:32: error: spec.interfaceName 'cali0123456789ab' is not an interface name: 1 to 15 bytes without '/', ':' and white space"]
        },
        {
            "endpoint with bad annotations",
            GoodNode + GoodPool + "---\napiVersion: projectcalico.org/v3\nkind: WorkloadEndpoint\nmetadata:\n  name: e\n  annotations:\n"
            + "    vrouter/netns: a/b\n    vrouter/router-mac: ff:ff:ff:ff:ff:ff\n    vrouter/nets: x\n    other: y\n"
            + "spec: {node: n, interfaceName: c, ipNetworks: [10.9.0.1]}\n",
            [
                "f:17:20: error: annotation vrouter/netns 'a/b' is neither a namespace's name nor an absolute path",
                "f:18:25: error: annotation vrouter/router-mac 'ff:ff:ff:ff:ff:ff' is not the MAC address of an interface",
                "f:19:19: warning: unknown annotation 'vrouter/nets'; did you mean 'vrouter/netns'?",
            ]
        },
        {
            "endpoint on an unknown node", GoodPool + "---\n" + Endpoint + "spec: {node: x, interfaceName: c, ipNetworks: [10.9.0.1]}\n",
            ["f:10:14: error: spec.node names node 'x', but there is no such Node"]
        },
        {
            "endpoint in no pool", GoodNode + "---\n" + Endpoint + "spec: {node: n, interfaceName: c, ipNetworks: [10.9.0.1]}\n",
            ["f:10:48: warning: spec.ipNetworks has 10.9.0.1, which lies in no IPPool: it is reached without encapsulation"]
        },
        {
            "endpoint with one address twice", GoodNode + GoodPool + "---\n" + Endpoint + "spec: {node: n, interfaceName: c, ipNetworks: [10.9.0.1, 10.9.0.1/32]}\n",
            ["f:15:58: error: spec.ipNetworks has 10.9.0.1 twice"]
        },
        {
            "endpoint without addresses", GoodNode + "---\n" + Endpoint + "spec: {node: n, interfaceName: c, ipNetworks: []}\n",
            ["f:10:47: warning: spec.ipNetworks has no IPv4 address: nothing is routed to the workload, and what it sends is dropped"]
        },
        {
            "block with a node's address", GoodPool + "---\n" + Block + "spec: {node: n, cidr: 10.9.0.0/26}\n---\n" + Node + "spec: {bgp: {ipv4Address: 10.9.0.5/24}}\n",
            ["f:15:27: error: spec.bgp.ipv4Address 10.9.0.5 lies in 10.9.0.0/26 of BlockAffinity 'b', at f:10:23: a node cannot be reached through the block of one"]
        },
        {
            "endpoint with the node's address", GoodNode + "---\n" + Endpoint + "spec: {node: n, interfaceName: c, ipNetworks: [10.0.0.1]}\n",
            ["f:10:48: error: spec.ipNetworks has 10.0.0.1, which is also an address of Node 'n', at f:5:27"]
        },
        {
            "felix with bad numbers", Felix + "spec:\n  ipipMTU: 67\n  vxlanMTU: 70000\n  vxlanPort: '4789'\n  vxlanVNI: 16777216\n  bpfEnabled: true\n",
            [
                "f:5:12: error: spec.ipipMTU must be 0 (automatic) or 68 to 65535, not 67",
                "f:6:13: error: spec.vxlanMTU must be 0 to 65535, not 70000",
                "f:7:14: error: spec.vxlanPort must be an integer, not a string: '4789'",
                "f:8:13: error: spec.vxlanVNI must be 1 to 16777215, not 16777216",
                "f:9:3: warning: vRouter does not use the field 'spec.bpfEnabled'",
            ]
        },
        {
            "felix of no node", "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: walker-1}\nspec: {}\n",
            ["f:3:18: warning: FelixConfiguration 'walker-1' has no effect: the name must be 'default' or 'node.NAME'"]
        },
        { "router without uplink", GoodNode + "---\n" + Router + "spec: {}\n", ["f:10:7: error: spec.uplink is required"] },
        {
            "router with what is not served",
            GoodNode + "---\n" + Router + "spec:\n  datastore: {type: etcd, endpoints: [x], prefix: /calico}\n  uplink: {interface: eth0}\n"
            + "  workers: 65\n  metrics: {listen: '127.0.0.1:9091'}\n",
            [
                "f:11:21: error: spec.datastore.type 'etcd' is not served by this version, which reads files only: use 'files'",
                "f:13:12: error: spec.workers must be 1 to 64, not 65",
                "f:14:12: error: spec.metrics cannot be served by this version; remove the section",
            ]
        },
        {
            "router with a bad uplink",
            GoodNode + "---\n" + Router + "spec:\n  uplink: {interface: 'eth 0', driver: tap, address: 10.0.0.1/24, gateway: 10.0.1.1, mtu: 117, mac: 'ff:ff:ff:ff:ff:ff'}\n",
            [
                "f:11:23: error: spec.uplink.interface 'eth 0' is not an interface name: 1 to 15 bytes without '/', ':' and white space",
                "f:11:40: error: spec.uplink.driver 'tap' is not one of auto, af-packet, af-xdp",
                "f:11:76: error: spec.uplink.gateway 10.0.1.1 is not in the uplink's subnet 10.0.0.0/24",
                "f:11:91: error: spec.uplink.mtu must be 118 to 65535, not 117",
                "f:11:101: error: spec.uplink.mac 'ff:ff:ff:ff:ff:ff' is not the MAC address of an interface",
            ]
        },
        {
            "router whose address is not the node's", GoodNode + "---\n" + Router + "spec: {uplink: {interface: eth0, address: 10.0.0.2/24}}\n",
            ["f:10:43: error: spec.uplink.address is 10.0.0.2/24, but spec.bgp.ipv4Address of the Node is 10.0.0.1/24, at f:5:27"]
        },
        {
            "router whose prefix length is not the node's", GoodNode + "---\n" + Router + "spec: {uplink: {interface: eth0, address: 10.0.0.1/16}}\n",
            ["f:10:43: warning: spec.uplink.address is 10.0.0.1/16, but spec.bgp.ipv4Address of the Node is 10.0.0.1/24, at f:5:27; the Node's prefix length decides what CrossSubnet means"]
        },
        {
            "router whose gateway is not in the node's subnet", GoodNode + "---\n" + Router + "spec: {uplink: {interface: eth0, gateway: 10.1.0.1}}\n",
            ["f:10:43: error: spec.uplink.gateway 10.1.0.1 is not in the node's subnet: spec.bgp.ipv4Address of the Node is 10.0.0.1/24, at f:5:27"]
        },
        {
            "router of an unknown node", Router + "spec: {uplink: {interface: eth0}}\n",
            ["f:3:18: error: metadata.name names node 'n', but there is no such Node"]
        },
        {
            "router with an uplink that is a workload's",
            GoodNode + GoodPool + "---\n" + Router + "spec: {uplink: {interface: eth0}}\n---\n" + Endpoint + "spec: {node: n, interfaceName: eth0, ipNetworks: [10.9.0.1]}\n",
            ["f:15:28: error: spec.uplink.interface 'eth0' is also the interface of WorkloadEndpoint 'default/e', at f:20:32"]
        },
        {
            "router with a tunnel MTU that does not fit",
            GoodNode + "---\n" + Router + "spec: {uplink: {interface: eth0, mtu: 1500}}\n---\n" + Felix + "spec: {ipipMTU: 1490}\n",
            ["f:10:39: warning: spec.uplink.mtu 1500 leaves 1480 in the tunnel, which holds although FelixConfiguration's ipipMTU is 1490"]
        },
        {
            "router with a bad socket", GoodNode + "---\n" + Router + "spec: {uplink: {interface: eth0}, control: {socket: run/x}, vxlan: {profile: linux}}\n",
            ["f:10:53: error: spec.control.socket 'run/x' is not an absolute path", "f:10:78: error: spec.vxlan.profile 'linux' is not one of rfc, strict"]
        },
    };

    public static TheoryData<string, string, string[]> SeveralResources => new()
    {
        {
            "one pool twice", GoodPool + "---\n" + Pool + "spec: {cidr: 10.10.0.0/16}\n",
            ["f:9:18: error: IPPool 'p' is given twice; first at f:4:18"]
        },
        {
            "pools overlap", GoodPool + "---\napiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: q}\nspec: {cidr: 10.9.128.0/17}\n",
            ["f:10:14: error: spec.cidr 10.9.128.0/17 overlaps 10.9.0.0/16 of IPPool 'p', at f:5:14"]
        },
        {
            "blocks of two nodes overlap",
            GoodPool + GoodNode + "---\n" + Node.Replace("name: n", "name: m") + "spec: {bgp: {ipv4Address: 10.0.0.2/24}}\n---\n"
            + Block + "spec: {node: n, cidr: 10.9.0.0/26}\n---\n" + Block.Replace("name: b", "name: c") + "spec: {node: m, cidr: 10.9.0.32/27}\n",
            ["f:25:23: error: spec.cidr 10.9.0.32/27 overlaps 10.9.0.0/26 of BlockAffinity 'b', at f:20:23, which belongs to node 'n'"]
        },
        {
            "a pending block overlaps nothing",
            GoodPool + GoodNode + "---\n" + Node.Replace("name: n", "name: m") + "spec: {bgp: {ipv4Address: 10.0.0.2/24}}\n---\n"
            + Block + "spec: {node: n, cidr: 10.9.0.0/26}\n---\n" + Block.Replace("name: b", "name: c") + "spec: {node: m, cidr: 10.9.0.0/26, state: pending}\n",
            []
        },
        {
            "two nodes with one address and one VTEP",
            GoodNode.Replace("24}}", "24}, vxlanTunnelMACAddr: '66:00:00:00:00:01'}") + "---\n"
            + Node.Replace("name: n", "name: m") + "spec: {bgp: {ipv4Address: 10.0.0.1/16}, vxlanTunnelMACAddr: '66:00:00:00:00:01'}\n",
            [
                "f:5:27: error: spec.bgp.ipv4Address 10.0.0.1 is also the address of Node 'm', at f:10:27",
                "f:5:61: error: spec.vxlanTunnelMACAddr 66:00:00:00:00:01 is also the VTEP's of Node 'm', at f:10:61",
            ]
        },
        {
            "two endpoints with one address and one interface",
            GoodPool + GoodNode + "---\n" + Endpoint + "spec: {node: n, interfaceName: c, ipNetworks: [10.9.0.1]}\n"
            + "---\n" + Endpoint.Replace("name: e", "name: f") + "spec: {node: n, interfaceName: c, ipNetworks: [10.9.0.1]}\n",
            [
                "f:20:32: error: spec.interfaceName 'c' on node 'n' is also the interface of WorkloadEndpoint 'default/e', at f:15:32",
                "f:20:48: error: spec.ipNetworks has 10.9.0.1, which is also an address of WorkloadEndpoint 'default/e', at f:15:48",
            ]
        },
        {
            "a node with an error of its own is not missing as well",
            GoodPool + "---\n" + Node + "spec: {bgp: {ipv4Address: x}}\n---\n" + Block + "spec: {node: n, cidr: 10.9.0.0/26}\n",
            ["f:10:27: error: spec.bgp.ipv4Address 'x' is not an IPv4 address with prefix length such as 172.16.6.47/24"]
        },
        {
            "errors of several documents and fields are all told",
            Pool + "spec: {cidr: x, ipipMode: y, disabled: z}\n---\n" + Node + "spec: {bgp: 1}\n---\n" + Felix + "spec: {vxlanVNI: 0}\n",
            [
                "f:4:14: error: spec.cidr 'x' is not an IPv4 prefix such as 10.0.0.0/16",
                "f:4:27: error: spec.ipipMode 'y' is not one of Never, Always, CrossSubnet",
                "f:4:40: error: spec.disabled must be true or false, not a string: 'z'",
                "f:9:13: error: spec.bgp must be a mapping, not the number 1",
                "f:14:18: error: spec.vxlanVNI must be 1 to 16777215, not 0",
            ]
        },
        {
            "a list's items",
            "apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n- apiVersion: projectcalico.org/v3\n  kind: IPPool\n  metadata: {name: p}\n  spec: {cidr: y}\n- 5\n",
            ["f:8:16: error: spec.cidr 'y' is not an IPv4 prefix such as 10.0.0.0/16", "f:9:3: error: a resource must be a mapping, not the number 5"]
        },
    };

    [Theory]
    [MemberData(nameof(OneResource))]
    [MemberData(nameof(SeveralResources))]
    public void Load_Text_GivesTheseFindings(string name, string text, string[] expected)
    {
        var result = ConfigurationLoader.LoadText("f", text);
        Assert.True(string.Join('\n', expected) == result.Diagnostics.ToString(),
            $"{name}\nexpected:\n{string.Join('\n', expected)}\nactual:\n{result.Diagnostics}");
        Assert.Equal(expected.Any(line => line.Contains(": error: ", StringComparison.Ordinal)), result.State is null);
    }
}
