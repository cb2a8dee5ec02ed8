namespace VRouter.Host.Api;

/// <summary>How often a stage ran.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Calls">Calls, each with one vector.</param>
/// <param name="Frames">Frames over all calls.</param>
/// <param name="FramesPerCall">Their mean; the higher, the less a frame costs.</param>
public sealed record StageView(string Name, long Calls, long Frames, double FramesPerCall)
{
    /// <summary>What a stage counted.</summary>
    public static StageView Of(string name, long calls, long frames) =>
        new(name, calls, frames, calls == 0 ? 0 : Math.Round((double)frames / calls, 2));

    /// <summary>Sums, stage by stage, what several workers counted.</summary>
    public static IReadOnlyList<StageView> Sum(IEnumerable<IReadOnlyList<StageView>> workers) =>
        workers.Aggregate((sum, part) => [.. sum.Zip(part, (first, second) => Of(first.Name, first.Calls + second.Calls, first.Frames + second.Frames))]);
}
