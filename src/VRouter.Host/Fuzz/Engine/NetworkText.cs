namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// A generated network as configuration: the node n1 with up to two workloads, n2 beside it in the same subnet, n3 behind the gateway, and pools with two modes and
/// one without encapsulation.
/// </summary>
internal static class NetworkText
{
    /// <summary>The node whose router is fuzzed.</summary>
    public const string Node = "n1";

    /// <summary>Calico resources and a RouterConfiguration, without a finding of any severity but that an address lies in no pool.</summary>
    public static string Of(NetworkShape shape)
    {
        var text = new List<string>
        {
            Pool("first", "10.1.0.0/16", shape.FirstMode),
            Pool("second", "10.2.0.0/16", shape.SecondMode),
            Pool("plain", "10.3.0.0/16", "ipipMode: Never, vxlanMode: Never"),
            Peer(Node, $"172.16.6.46/{shape.PrefixLength}", shape.HasTunnelAddresses ? ("10.1.0.1", "10.2.0.1") : null),
            Peer("n2", "172.16.6.48/24", null),
            Peer("n3", "172.16.199.114/24", shape.HasTunnelAddresses ? ("10.1.3.1", "10.2.3.1") : null),
            Endpoint("pod1", Node, "cali1", shape.KnowsMac ? "mac: \"0a:00:00:00:01:01\", " : "", "10.1.0.2/32", ""),
        };
        if (shape.HasSecondWorkload)
        {
            var spoofed = shape.AllowsSpoofing ? ", allowSpoofedSourcePrefixes: [10.9.0.0/24]" : "";
            text.Add(Endpoint("pod2", Node, "cali2", "mac: \"0a:00:00:00:01:02\", ", "10.2.0.2/32, 10.2.0.3/32", spoofed));
        }

        if (shape.HasOwnBlock)
            text.Add(Block(Node, "10.1.0.0/26"));
        for (var pool = 0; pool < 3; pool++)
        {
            if (shape.HasNearBlock(pool))
                text.Add(Block("n2", $"10.{pool + 1}.2.0/26"));
            if (shape.HasFarBlock(pool))
                text.Add(Block("n3", $"10.{pool + 1}.3.0/26"));
        }

        if (shape.HasBorrowed)
            text.Add(Endpoint("borrowed", "n3", "cali9", "", "10.1.0.9/32", ""));
        text.Add(Felix(shape));
        // A gateway must lie in the node's subnet.
        var gateway = !shape.HasGateway ? "" : shape.PrefixLength == 31 ? ", gateway: 172.16.6.47" : ", gateway: 172.16.6.45";
        text.Add(Document("vrouter/v1", "RouterConfiguration", $"name: {Node}",
            $"uplink: {{interface: eth0, mtu: {shape.UplinkMtu}, mac: \"0a:00:00:00:00:01\"{gateway}}}, vxlan: {{profile: {(shape.IsStrict ? "strict" : "rfc")}}}"));
        return string.Join("---\n", text);
    }

    private static string Felix(NetworkShape shape)
    {
        string[] fields =
        [
            .. Given("ipipMTU", shape.IpipMtu), .. Given("vxlanMTU", shape.VxlanMtu), .. Given("vxlanVNI", shape.Vni), .. Given("vxlanPort", shape.VxlanPort),
            $"allowIPIPPacketsFromWorkloads: {Text(shape.AllowsIpip)}", $"allowVXLANPacketsFromWorkloads: {Text(shape.AllowsVxlan)}",
        ];
        return Document("projectcalico.org/v3", "FelixConfiguration", "name: default", string.Join(", ", fields));
    }

    private static IEnumerable<string> Given(string field, int? value) => value is { } given ? [$"{field}: {given}"] : [];

    private static string Text(bool value) => value ? "true" : "false";

    private static string Pool(string name, string cidr, string modes) => Document("projectcalico.org/v3", "IPPool", $"name: {name}", $"cidr: {cidr}, {modes}");

    private static string Peer(string name, string address, (string Ipip, string Vxlan)? tunnels) => Document("projectcalico.org/v3", "Node", $"name: {name}",
        tunnels is { } own ? $"bgp: {{ipv4Address: {address}, ipv4IPIPTunnelAddr: {own.Ipip}}}, ipv4VXLANTunnelAddr: {own.Vxlan}" : $"bgp: {{ipv4Address: {address}}}");

    private static string Block(string node, string cidr) =>
        Document("projectcalico.org/v3", "BlockAffinity", $"name: {node}-{cidr.Replace('/', '-')}", $"node: {node}, cidr: {cidr}, state: confirmed");

    private static string Endpoint(string name, string node, string port, string mac, string addresses, string more) =>
        Document("projectcalico.org/v3", "WorkloadEndpoint", $"name: {name}", $"node: {node}, interfaceName: {port}, {mac}ipNetworks: [{addresses}]{more}");

    private static string Document(string version, string kind, string metadata, string spec) =>
        $"apiVersion: {version}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n";
}
