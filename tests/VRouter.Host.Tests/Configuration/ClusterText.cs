using System.Text.Json;
using System.Text.Json.Nodes;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Tests.Configuration;

/// <summary>Writes resources as people and programs do: as JSON on one line, indented JSON, or YAML in blocks; fields in any order, strings with quotes or, where YAML allows, without.</summary>
internal static class ClusterText
{
    /// <summary>One document for each resource.</summary>
    public static string[] Documents(IEnumerable<Resource> resources, Random random) => [.. resources.Select(resource =>
    {
        var tree = Shuffled(Tree(resource), random);
        return random.Next(3) switch
        {
            0 => tree.ToJsonString(),
            1 => tree.ToJsonString(new JsonSerializerOptions { WriteIndented = true }),
            _ => Yaml(tree, 0, random),
        };
    })];

    private static JsonObject Tree(Resource resource)
    {
        var metadata = new JsonObject { ["name"] = resource.Name };
        var spec = resource switch
        {
            Node node => OfNode(node),
            IPPool pool => new JsonObject
            {
                ["cidr"] = $"{pool.Cidr}", ["ipipMode"] = $"{pool.IpipMode}", ["vxlanMode"] = $"{pool.VxlanMode}", ["disabled"] = pool.Disabled, ["blockSize"] = 26,
            },
            BlockAffinity block => new JsonObject
            {
                ["node"] = block.Node, ["cidr"] = $"{block.Cidr}", ["state"] = JsonNamingPolicy.CamelCase.ConvertName($"{block.State}"), ["deleted"] = block.Deleted ? "true" : "false",
            },
            WorkloadEndpoint endpoint => OfEndpoint(endpoint, metadata),
            _ => throw new ArgumentException($"{resource.Key}", nameof(resource)),
        };
        return new JsonObject { ["apiVersion"] = "projectcalico.org/v3", ["kind"] = resource.Key.Kind, ["metadata"] = metadata, ["spec"] = spec };
    }

    private static JsonObject OfNode(Node node)
    {
        var bgp = new JsonObject { ["ipv4Address"] = $"{node.Address}" };
        var spec = new JsonObject { ["bgp"] = bgp };
        if (node.IpipTunnelAddress is { } ipip)
            bgp["ipv4IPIPTunnelAddr"] = $"{ipip}";
        if (node.VxlanTunnelAddress is { } vxlan)
            spec["ipv4VXLANTunnelAddr"] = $"{vxlan}";
        if (node.GivenVtepMac is { } mac)
            spec["vxlanTunnelMACAddr"] = $"{mac}";
        return spec;
    }

    private static JsonObject OfEndpoint(WorkloadEndpoint endpoint, JsonObject metadata)
    {
        metadata["namespace"] = endpoint.Namespace;
        var spec = new JsonObject
        {
            ["node"] = endpoint.Node,
            ["orchestrator"] = "k8s",
            ["interfaceName"] = endpoint.InterfaceName,
            ["ipNetworks"] = new JsonArray([.. endpoint.Addresses.Select(address => JsonValue.Create($"{address}/32"))]),
        };
        if (endpoint.Pod is { } pod)
            spec["pod"] = pod;
        if (endpoint.Endpoint is { } name)
            spec["endpoint"] = name;
        if (endpoint.Mac is { } mac)
            spec["mac"] = $"{mac}";
        if (endpoint.AllowedSpoofedSources.Count > 0)
            spec["allowSpoofedSourcePrefixes"] = new JsonArray([.. endpoint.AllowedSpoofedSources.Select(prefix => JsonValue.Create($"{prefix}"))]);
        return spec;
    }

    private static JsonObject Shuffled(JsonObject tree, Random random)
    {
        var fields = tree.ToArray();
        random.Shuffle(fields);
        return new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value is JsonObject inner ? Shuffled(inner, random) : field.Value?.DeepClone())));
    }

    private static string Yaml(JsonObject tree, int depth, Random random)
    {
        var indent = new string(' ', depth);
        return string.Concat(tree.Select(field => field.Value switch
        {
            JsonObject inner => $"{indent}{field.Key}:\n{Yaml(inner, depth + 2, random)}",
            JsonArray items => $"{indent}{field.Key}:\n{string.Concat(items.Select(item => $"{indent}  - {Scalar(item!, random)}\n"))}",
            var value => $"{indent}{field.Key}: {Scalar(value!, random)}{(random.Next(5) == 0 ? "  # remark" : "")}\n",
        }));
    }

    // All strings here hold letters, digits, points, hyphens, slashes and colons; those that YAML reads as something else need quotes.
    private static string Scalar(JsonNode value, Random random)
    {
        if (value.GetValueKind() != JsonValueKind.String)
            return value.ToJsonString();
        var text = value.GetValue<string>();
        return random.Next(3) switch
        {
            0 => $"\"{text}\"",
            1 => $"'{text}'",
            _ => text is "true" or "false" || text.Contains(':') ? $"'{text}'" : text,
        };
    }
}
