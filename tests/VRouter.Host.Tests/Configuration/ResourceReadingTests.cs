using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Tests.Configuration;

public sealed class ResourceReadingTests
{
    private const string Full = """
        apiVersion: projectcalico.org/v3
        kind: IPPool
        metadata: {name: pool, uid: 1-2, creationTimestamp: null, labels: {a: b}}
        spec: {cidr: 192.168.0.0/16, ipipMode: "", vxlanMode: CrossSubnet, disabled: true, blockSize: 26, nodeSelector: all(), allowedUses: [Workload]}
        ---
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: walker-1}
        spec:
          addresses: [{address: 172.16.6.47/24, type: CalicoNodeIP}]
          bgp: {asNumber: 64512, ipv4Address: 172.16.6.47/24, ipv4IPIPTunnelAddr: 192.168.187.193}
          ipv4VXLANTunnelAddr: 192.168.187.194
          vxlanTunnelMACAddr: 66:01:02:03:04:05
        status: {podCIDRs: []}
        ---
        apiVersion: projectcalico.org/v3
        kind: BlockAffinity
        metadata: {name: walker-1-192-168-187-192-26}
        spec: {node: walker-1, cidr: 192.168.187.192/26, state: pendingDeletion, deleted: "true", type: host}
        ---
        apiVersion: projectcalico.org/v3
        kind: WorkloadEndpoint
        metadata:
          name: walker--1-k8s-busybox-eth0
          namespace: shop
          annotations: {vrouter/netns: busybox-1, vrouter/router-mac: "66:39:fa:e7:9f:a9", cni.projectcalico.org/podIP: ""}
        spec:
          orchestrator: k8s
          node: walker-1
          pod: busybox
          endpoint: eth0
          containerID: "1234"
          mac: 3A:1D:1E:91:F5:9E
          ipNetworks: [192.168.187.211/32, 192.168.187.212, fd00::1/128]
          allowSpoofedSourcePrefixes: [10.0.0.0/8, 1.1.1.1]
          profiles: [kns.shop]
          ports: [{name: http, protocol: TCP, port: 80}]
        ---
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {ipipMTU: 1400, vxlanMTU: 0, vxlanPort: 8472, vxlanVNI: 1, allowIPIPPacketsFromWorkloads: true}
        ---
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata: {name: node.walker-1}
        spec: {vxlanVNI: 7, allowIPIPPacketsFromWorkloads: false}
        ---
        apiVersion: vrouter/v1
        kind: RouterConfiguration
        metadata: {name: walker-1}
        spec:
          datastore: {type: files}
          uplink: {interface: eth0, driver: af-packet, address: 172.16.6.47/24, gateway: 172.16.6.254, mtu: 9000, mac: "fa:16:3e:02:8b:17"}
          workloads: {driver: tap, mac: "02:00:00:00:00:01"}
          workers: 1
          control: {socket: /run/x.sock}
          vxlan: {profile: strict}
        """;

    private readonly ClusterState state;

    public ResourceReadingTests()
    {
        var result = ConfigurationLoader.LoadText("f", Full);
        Assert.Equal("f:34:53: warning: spec.ipNetworks[2] fd00::1/128 is IPv6, which this version does not route; it is ignored", result.Diagnostics.ToString());
        state = result.State!;
    }

    [Fact]
    public void Load_Pool_HasItsFields() => Assert.Equal(
        new IPPool { Name = "pool", Cidr = IPv4Prefix.Parse("192.168.0.0/16"), VxlanMode = EncapsulationMode.CrossSubnet, Disabled = true },
        Assert.Single(state.Pools));

    [Fact]
    public void Load_Node_HasItsFields()
    {
        Assert.Equal(
            new Node
            {
                Name = "walker-1",
                Address = new IPv4InterfaceAddress(IPv4Address.Parse("172.16.6.47"), 24),
                IpipTunnelAddress = IPv4Address.Parse("192.168.187.193"),
                VxlanTunnelAddress = IPv4Address.Parse("192.168.187.194"),
                GivenVtepMac = MacAddress.Parse("66:01:02:03:04:05"),
            },
            state.FindNode("walker-1"));
        Assert.Equal("66:01:02:03:04:05", state.FindNode("walker-1")!.VtepMac.ToString());
    }

    [Fact]
    public void Load_Block_HasItsFields()
    {
        var block = Assert.Single(state.Blocks);
        Assert.Equal(
            new BlockAffinity
            {
                Name = "walker-1-192-168-187-192-26",
                Node = "walker-1",
                Cidr = IPv4Prefix.Parse("192.168.187.192/26"),
                State = BlockAffinityState.PendingDeletion,
                Deleted = true,
            },
            block);
        Assert.False(block.IsRouted);
    }

    [Fact]
    public void Load_Endpoint_HasItsFields() => Assert.Equal(
        new WorkloadEndpoint
        {
            Name = "walker--1-k8s-busybox-eth0",
            Namespace = "shop",
            Node = "walker-1",
            Pod = "busybox",
            Endpoint = "eth0",
            InterfaceName = "cali4f9e4b5288a",
            Mac = MacAddress.Parse("3a:1d:1e:91:f5:9e"),
            Addresses = [IPv4Address.Parse("192.168.187.211"), IPv4Address.Parse("192.168.187.212")],
            AllowedSpoofedSources = [IPv4Prefix.Parse("10.0.0.0/8"), IPv4Prefix.Parse("1.1.1.1/32")],
            NetworkNamespace = "busybox-1",
            RouterMac = MacAddress.Parse("66:39:fa:e7:9f:a9"),
        },
        Assert.Single(state.EndpointsOf("walker-1")));

    [Fact]
    public void FelixOf_NodeWithItsOwn_MergesFieldByField()
    {
        var felix = state.FelixOf("walker-1");
        Assert.Equal((1400, null, 8472, 7), (felix.IpipMtu, felix.VxlanMtu, felix.VxlanPort, felix.VxlanVni));
        Assert.False(felix.AllowIpipFromWorkloads);
        Assert.True(state.FelixOf("walker-2").AllowIpipFromWorkloads);
        Assert.Equal(1, state.FelixOf("walker-2").VxlanVni);
    }

    [Fact]
    public void Load_Router_HasItsFields() => Assert.Equal(
        new RouterConfiguration
        {
            Name = "walker-1",
            Uplink = new UplinkConfiguration
            {
                Interface = "eth0",
                Driver = PortDriver.AfPacket,
                Address = new IPv4InterfaceAddress(IPv4Address.Parse("172.16.6.47"), 24),
                Gateway = IPv4Address.Parse("172.16.6.254"),
                Mtu = 9000,
                Mac = MacAddress.Parse("fa:16:3e:02:8b:17"),
            },
            Workloads = new WorkloadsConfiguration { Driver = PortDriver.Tap, Mac = MacAddress.Parse("02:00:00:00:00:01") },
            ControlSocket = "/run/x.sock",
            VxlanProfile = VxlanProfile.Strict,
        },
        Assert.Single(state.Routers));

    [Fact]
    public void Load_RouterWithTheLeast_HasTheDefaults()
    {
        var router = Seed001.State().FindRouter("demi-1")!;
        Assert.Equal("/run/vrouter/demi-1.sock", router.ControlSocket);
        Assert.Equal("ee:ee:ee:ee:ee:ee", router.Workloads.Mac.ToString());
        Assert.Equal((PortDriver.Auto, PortDriver.Auto, VxlanProfile.Rfc), (router.Uplink.Driver, router.Workloads.Driver, router.VxlanProfile));
    }

    [Fact]
    public void InterfaceNameOf_NamespaceAndPod_IsCaliAndElevenDigits() =>
        Assert.Equal("cali9381c30abed", WorkloadEndpoint.InterfaceNameOf("default", "pod"));

    [Fact]
    public void Load_Json_ReadsAsYamlDoes()
    {
        const string json = """
            {
            	"kind": "IPPoolList", "apiVersion": "projectcalico.org/v3", "metadata": {"resourceVersion": "7"},
            	"items": [{"apiVersion":"projectcalico.org/v3","kind":"IPPool","metadata":{"name":"a\u002db"},"spec":{"cidr":"10.0.0.0/8"}}]
            }
            """;
        var result = ConfigurationLoader.LoadText("f.json", json);
        Assert.Empty(result.Diagnostics);
        Assert.Equal("a-b", Assert.Single(result.State!.Pools).Name);
    }

    [Fact]
    public void Load_OneJsonLineWithAnError_TellsTheColumn()
    {
        const string json = """{"apiVersion":"projectcalico.org/v3","kind":"IPPool","metadata":{"name":"p"},"spec":{"cidr":10}}""";
        var result = ConfigurationLoader.LoadText("f.json", json);
        Assert.Equal("f.json:1:93: error: spec.cidr must be a string, not the number 10; put it in quotes", result.Diagnostics.ToString());
    }

    [Fact]
    public void Load_LongJsonLine_IsRead()
    {
        var items = string.Join(",", Enumerable.Range(0, 2000).Select(n =>
            $$$"""{"apiVersion":"projectcalico.org/v3","kind":"IPPool","metadata":{"name":"p{{{n}}}"},"spec":{"cidr":"10.{{{n / 256}}}.{{{n % 256}}}.0/24"}}"""));
        var result = ConfigurationLoader.LoadText("f.json", $$"""{"apiVersion":"v1","kind":"List","items":[{{items}}]}""");
        Assert.Empty(result.Diagnostics);
        Assert.Equal(2000, result.State!.Pools.Length);
    }

    [Fact]
    public void VtepMacOf_Name_IsCalicosRule() => Assert.Equal("66:d5:98:3a:77:e4", Node.VtepMacOf("walker-1").ToString());
}
