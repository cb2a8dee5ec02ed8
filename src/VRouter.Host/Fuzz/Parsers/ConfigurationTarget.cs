using System.Text;
using VRouter.Host.Configuration;
using VRouter.Host.Fuzz.Engine;

namespace VRouter.Host.Fuzz.Parsers;

/// <summary>The reader of configurations, as <c>vrouter check</c> uses it: always a result, and errors that name a place in the file.</summary>
internal sealed class ConfigurationTarget : ParserTarget
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ": ", ",", "- ", "? ", "|\n", ">", "#", "&a ", "*a", "!!str ", "!<x> ", "%YAML 1.2\n", "---\n", "...\n", "\"", "'", "\n", "\r\n", "\t", "  ",
        "\\u12", "\\ud800", "<<: *a", "~", "null", "true", "-1", "0", "99999999999999999999", "0x10", "1e9", ".nan", "\u0085", "\u2028", "\u0000", "::/0", "0.0.0.0/0",
        "255.255.255.255/32", "10.0.0.0/33", "spec: ", "metadata: ", "kind: List\nitems: ", "apiVersion: vrouter/v1\n", "kind: IPPool\n", "name: ", "cidr: ", "annotations: ",
        "allowSpoofedSourcePrefixes: ", "ipNetworks: ", "interfaceName: ", "mtu: ", "mac: ", "vni: ",
    ];

    /// <summary>The reader.</summary>
    public ConfigurationTarget()
        : base([.. Tokens.Select(Encoding.UTF8.GetBytes)])
    {
    }

    /// <inheritdoc/>
    public override string Name => "yaml";

    /// <inheritdoc/>
    public override string Extension => "yaml";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[] { new NetworkShape([]), new NetworkShape([1, 3, 6, 4, 5, 1, 1, 0x5d]) }.Select(shape => Encoding.UTF8.GetBytes(NetworkText.Of(shape))),
        Encoding.UTF8.GetBytes("""
            {"apiVersion": "projectcalico.org/v3", "kind": "IPPoolList", "items": [
              {"apiVersion": "projectcalico.org/v3", "kind": "IPPool", "metadata": {"name": "other"}, "spec": {"cidr": "10.0.0.0/8", "natOutgoing": true}}]}
            """),
    ];

    /// <inheritdoc/>
    protected override long Allowance => 8 << 20;

    /// <inheritdoc/>
    protected override long AllowancePerByte => 4096;

    /// <inheritdoc/>
    public override string Export(byte[] input, string folder) => $"vrouter check -f {Path.Combine(folder, "input.yaml")}";

    /// <inheritdoc/>
    protected override void Parse(byte[] input, Coverage coverage)
    {
        var result = ConfigurationLoader.Load([new ConfigurationFile("in.yaml", input)]);
        if (result.Diagnostics.HasErrors != result.State is null)
            throw new FindingException(Oracles.Result, result.State is null ? "there is no result, and no error" : "there is a result in spite of errors");
        foreach (var item in result.Diagnostics)
        {
            coverage.Add(1, FeatureOf(item.Message));
            if (item.Location.Line < 0 || item.Location.Column < 0 || item.Message.Any(char.IsControl))
                throw new FindingException(Oracles.Result, $"a finding at {item.Location}: '{item.Message}'");
        }

        coverage.Add(2, Magnitude(result.Diagnostics.Count));
        if (result.State is { } state)
        {
            coverage.Add(3, Magnitude(state.Endpoints.Length) + (16 * Magnitude(state.Blocks.Length)) + (256 * Magnitude(state.Nodes.Length)));
            foreach (var router in state.Routers)
                _ = FuzzNetwork.Of(state, router.Name).Routes;
        }
    }
}
