using VRouter.Host.Configuration;
using VRouter.Host.Routing;

namespace VRouter.Host.Recording;

/// <summary>The configuration that changes of tables come of: from one change on, until another one follows.</summary>
/// <param name="Change">The number of the first change that may come of it.</param>
/// <param name="Node">The node in it.</param>
internal sealed record RecordedConfiguration(long Change, string Node)
{
    /// <summary>The files as they were loaded, in their order; null: they are too long for a block.</summary>
    public IReadOnlyList<RecordedText>? Files { get; init; }

    /// <summary>Characters of all files, where they are too long for a block.</summary>
    public long? TooLong { get; init; }

    /// <summary>The uplink as the host has it; null: a replay's, whose neighbors answer ARP by themselves.</summary>
    public RecordedUplink? Uplink { get; init; }

    /// <summary>Describes a configuration.</summary>
    /// <param name="change">The number of the first change that may come of it.</param>
    /// <param name="node">The node in it.</param>
    /// <param name="files">Its files, which were found valid.</param>
    /// <param name="uplink">The uplink as the host has it, or null.</param>
    public static RecordedConfiguration Of(long change, string node, IEnumerable<ConfigurationFile> files, UplinkFacts? uplink) => new(change, node)
    {
        Files = [.. files.Select(RecordedText.Of)],
        Uplink = uplink is null ? null : RecordedUplink.Of(uplink),
    };

    /// <summary>The same, but for the files.</summary>
    public RecordedConfiguration WithoutFiles() => this with { Files = null, TooLong = Files!.Sum(file => (long)file.Text.Length) };
}
