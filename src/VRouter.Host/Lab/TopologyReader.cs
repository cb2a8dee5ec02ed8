using VRouter.Host.Configuration;
using System.Globalization;
using System.Net;
using VRouter.Core.Wire;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace VRouter.Host.Lab;

/// <summary>
/// Reads a topology file: one YAML document with <c>apiVersion: vrouter/v1</c> and <c>kind: Topology</c>. A key that is not known is
/// an error, since a lab that silently lacks something is worse than none.
/// </summary>
public static class TopologyReader
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="TopologyException">The file cannot be read, or is wrong.</exception>
    public static Topology Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TopologyException([$"{path}:1:1: {e.Message}"]);
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="path">The file's path, for messages and for the relative paths within.</param>
    /// <param name="exists">Whether a path that the text names is there; the file system is asked unless given.</param>
    /// <exception cref="TopologyException">The text is wrong.</exception>
    public static Topology Parse(string text, string path, Func<string, bool>? exists = null)
    {
        var errors = new TopologyErrors();
        var root = Load(text, path, errors);
        errors.ThrowIfAny();
        var topology = ReadTopology(new TopologyFields(root!, path, errors), path, errors);
        errors.ThrowIfAny();
        TopologyChecks.Check(topology, exists ?? Path.Exists, errors);
        errors.ThrowIfAny();
        return topology;
    }

    private static YamlMappingNode? Load(string text, string path, TopologyErrors errors)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            errors.Add(new SourceLocation(path, (int)e.Start.Line, (int)e.Start.Column), e.InnerException?.Message ?? e.Message);
            return null;
        }

        if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            return root;
        errors.Add(new SourceLocation(path, 1, 1), "a topology file contains one YAML document, which is a mapping");
        return null;
    }

    private static Topology ReadTopology(TopologyFields root, string path, TopologyErrors errors)
    {
        if (root.Required("apiVersion") is { Length: > 0 } version && version != "vrouter/v1")
            errors.Add(root.LocationOf("apiVersion"), $"apiVersion '{version}' is not vrouter/v1");
        if (root.Required("kind") is { Length: > 0 } kind && kind != "Topology")
            errors.Add(root.LocationOf("kind"), $"kind '{kind}' is not Topology");
        var metadata = root.Mapping("metadata");
        var spec = root.Mapping("spec");
        if (metadata is null)
            errors.Add(root.Location, "'metadata' is missing");
        if (spec is null)
            errors.Add(root.Location, "'spec' is missing");
        root.Done();
        errors.ThrowIfAny();

        var offloads = spec!.Flag("offloads", true);
        var topology = new Topology
        {
            Name = metadata!.Required("name"),
            File = path,
            IPv6 = spec.Flag("ipv6", false),
            Networks = [.. spec.Mappings("networks").Select(ReadNetwork)],
            Hosts =
            [
                .. spec.Mappings("nodes").Select(host => ReadHost(host, isGateway: false, offloads, errors)),
                .. spec.Mappings("gateways").Select(host => ReadHost(host, isGateway: true, offloads, errors)),
            ],
            Pods = [.. spec.Mappings("pods").Select(pod => ReadPod(pod, offloads, errors))],
            Routers = [.. spec.Mappings("routers").Select(router => ReadRouter(router, path))],
        };
        TopologyChecks.CheckName(topology.Name, metadata.LocationOf("name"), errors);
        metadata.Done();
        spec.Done();
        return topology;
    }

    private static TopologyNetwork ReadNetwork(TopologyFields fields)
    {
        var network = new TopologyNetwork
        {
            Location = fields.Location,
            Name = fields.Required("name"),
            Direct = fields.Choice("type", "bridge", "direct") == "direct",
            Mtu = fields.Number("mtu", 1500, 576, 65535),
        };
        fields.Done();
        return network;
    }

    private static TopologyHost ReadHost(TopologyFields fields, bool isGateway, bool offloads, TopologyErrors errors)
    {
        var host = new TopologyHost
        {
            Location = fields.Location,
            Name = fields.Required("name"),
            IsGateway = isGateway,
            Interfaces = [.. fields.Mappings("interfaces").Select(i => ReadInterface(i, offloads, errors))],
            DefaultGateway = fields.Value<IPv4Address>("defaultGateway", IPv4Address.TryParse, "an IPv4 address"),
            Sysctls = ReadSysctls(fields),
            IpLines = ReadIpLines(fields),
        };
        fields.Done();
        return host;
    }

    private static TopologyInterface ReadInterface(TopologyFields fields, bool offloads, TopologyErrors errors)
    {
        foreach (var (location, address) in fields.Texts("addresses"))
        {
            if (!IsAddressWithLength(address))
                errors.Add(location, $"'addresses': '{address}' is not an address with a prefix length, such as 172.16.6.47/24");
        }

        var result = new TopologyInterface
        {
            Location = fields.Location,
            Name = fields.Required("name"),
            Network = fields.Required("network"),
            Addresses = [.. fields.Texts("addresses").Select(a => a.Text)],
            Mac = fields.Value<MacAddress>("mac", MacAddress.TryParse, "a MAC address"),
            Offloads = fields.Flag("offloads", offloads),
        };
        fields.Done();
        return result;
    }

    private static TopologyPod ReadPod(TopologyFields fields, bool offloads, TopologyErrors errors)
    {
        var address = fields.Value<IPv4Address>("address", IPv4Address.TryParse, "an IPv4 address");
        if (fields.Node("address") is null)
            errors.Add(fields.Location, "'address' is missing");
        var pod = new TopologyPod
        {
            Location = fields.Location,
            Name = fields.Required("name"),
            Node = fields.Required("node"),
            Interface = fields.Required("interface"),
            Tap = fields.Choice("attach", "veth", "tap") == "tap",
            HostMac = fields.Value<MacAddress>("hostMac", MacAddress.TryParse, "a MAC address") ?? MacAddress.WorkloadGateway,
            Address = address ?? default,
            Mac = fields.Value<MacAddress>("mac", MacAddress.TryParse, "a MAC address"),
            Mtu = fields.Number("mtu", 1500, 576, 65535),
            DefaultRoute = fields.Flag("defaultRoute", true),
            Offloads = fields.Flag("offloads", offloads),
            Sysctls = ReadSysctls(fields),
            IpLines = ReadIpLines(fields),
        };
        fields.Done();
        return pod;
    }

    private static TopologyRouter ReadRouter(TopologyFields fields, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var router = new TopologyRouter
        {
            Location = fields.Location,
            Node = fields.Required("node"),
            Resources = [.. fields.Texts("resources").Select(r => Path.GetFullPath(r.Text, folder))],
            Configuration = fields.Mapping("configuration") is null ? null : Emit(fields.Node("configuration")!),
        };
        fields.Done();
        return router;
    }

    private static List<TopologySysctl> ReadSysctls(TopologyFields fields) =>
        [.. fields.Pairs("sysctls").Select(s => new TopologySysctl(s.Location, s.Name, s.Value))];

    private static List<TopologyIpLine> ReadIpLines(TopologyFields fields) =>
        [.. fields.Texts("ip").Select(line => new TopologyIpLine(line.Location, line.Text))];

    private static string Emit(YamlNode node)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        new YamlStream(new YamlDocument(node)).Save(writer, assignAnchors: false);
        return writer.ToString();
    }

    private static bool IsAddressWithLength(string text)
    {
        var slash = text.IndexOf('/');
        return slash > 0
            && (IPv4Address.TryParse(text.AsSpan(0, slash), out _) || (text.Contains(':') && IPAddress.TryParse(text.AsSpan(0, slash), out _)))
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= (text.Contains(':') ? 128 : 32);
    }
}
