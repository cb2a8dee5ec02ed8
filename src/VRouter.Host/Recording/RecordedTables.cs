using System.Text.Json;
using VRouter.Host.Routing;

namespace VRouter.Host.Recording;

/// <summary>A change of the tables, or a part of a long one, as JSON.</summary>
internal sealed record RecordedTables
{
    /// <summary>The most routes of one part: a block stays under <see cref="RecordingBlock.LongestChunk"/>.</summary>
    public const int MostRoutes = 2048;

    /// <summary>The change's number, from 1.</summary>
    public long Change { get; init; }

    /// <summary>True: another part follows.</summary>
    public bool More { get; init; }

    /// <summary>What else than routes changes.</summary>
    public RecordedSettings? Settings { get; init; }

    /// <summary>Prefixes whose best route leads elsewhere now.</summary>
    public IReadOnlyList<RecordedRoute> Routes { get; init; } = [];

    /// <summary>A tunnel whose path takes less than was known.</summary>
    public RecordedPathMtu? PathMtu { get; init; }

    /// <summary>The parts of a change.</summary>
    public static IEnumerable<RecordedTables> PartsOf(long number, TableStep step)
    {
        var parts = step.Routes.Chunk(MostRoutes).DefaultIfEmpty([]).ToList();
        for (var part = 0; part < parts.Count; part++)
        {
            yield return new RecordedTables
            {
                Change = number,
                More = part + 1 < parts.Count,
                Settings = part == 0 && step.Settings is { } settings ? RecordedSettings.Of(settings) : null,
                Routes = [.. parts[part].Select(route => new RecordedRoute(route.Prefix, route.Target is null ? null : RecordedTarget.Of(route.Target)))],
                PathMtu = part == 0 && step.PathMtu is { } path ? new RecordedPathMtu(path.Kind, path.Remote, path.Mtu, path.At) : null,
            };
        }
    }

    /// <summary>Puts the parts of a change together again.</summary>
    /// <exception cref="JsonException">A value is missing or impossible.</exception>
    public static TableStep Join(IReadOnlyList<RecordedTables> parts) => new(
        parts[0].Settings?.ToSettings(),
        [.. parts.SelectMany(part => part.Routes).Select(route => new TargetChange(route.Prefix, route.Target?.ToTarget()))],
        parts[0].PathMtu is { } path ? new PathMtuStep(path.Kind, path.Remote, path.Mtu, path.At) : null);
}
