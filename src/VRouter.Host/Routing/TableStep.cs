namespace VRouter.Host.Routing;

/// <summary>One change of the tables of a running router: what goes in, not what it compiles to. The same steps from the start give tables that forward the same.</summary>
/// <param name="Settings">All but the routes, if any of it changes.</param>
/// <param name="Routes">The prefixes whose best route leads elsewhere now, each once.</param>
/// <param name="PathMtu">What was learned of a tunnel's path; then nothing else changes.</param>
internal sealed record TableStep(NodeSettings? Settings, IReadOnlyList<TargetChange> Routes, PathMtuStep? PathMtu = null);
