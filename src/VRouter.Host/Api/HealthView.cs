namespace VRouter.Host.Api;

/// <summary>Whether all is as it should be.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Status">ok; warning or error: the gravest of the conditions.</param>
/// <param name="Guard">set, missing, or off where --no-guard was given.</param>
/// <param name="Uplink">The uplink's interface.</param>
/// <param name="Files">The configuration's files and folders.</param>
/// <param name="Conditions">What is not as it should be.</param>
public sealed record HealthView(
    string Node, string Status, string Guard, string Uplink, IReadOnlyList<string> Files, IReadOnlyList<ConditionView> Conditions);
