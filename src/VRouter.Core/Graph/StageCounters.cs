namespace VRouter.Core.Graph;

/// <summary>How often a stage ran, and with how much.</summary>
public sealed class StageCounters(string name)
{
    /// <summary>The stage's name.</summary>
    public string Name { get; } = name;

    /// <summary>Calls of the stage, each with one vector.</summary>
    public long Calls { get; internal set; }

    /// <summary>Frames over all calls.</summary>
    public long Frames { get; internal set; }
}
