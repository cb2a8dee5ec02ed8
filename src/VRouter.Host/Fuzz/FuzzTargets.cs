using VRouter.Host.Fuzz.Engine;
using VRouter.Host.Fuzz.Parsers;

namespace VRouter.Host.Fuzz;

/// <summary>What can be fuzzed, by name.</summary>
internal static class FuzzTargets
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["engine", "pcap", "pcapng", "yaml", "netlink"];

    /// <summary>Makes a target; the engine in generated networks.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IFuzzTarget Create(string name) => name switch
    {
        "engine" => new EngineTarget(),
        "pcap" => new CaptureTarget(isNextGeneration: false),
        "pcapng" => new CaptureTarget(isNextGeneration: true),
        "yaml" => new ConfigurationTarget(),
        "netlink" => new NetlinkTarget(),
        _ => throw new ArgumentException($"There is no target '{name}'.", nameof(name)),
    };
}
