namespace VRouter.Host.Configuration;

/// <summary>What reading a configuration gave: findings, and the state if none of them is an error.</summary>
/// <param name="State">The state; null exactly if <paramref name="Diagnostics"/> has errors.</param>
/// <param name="Diagnostics">Every finding of every file.</param>
public sealed record ConfigurationResult(ClusterState? State, Diagnostics Diagnostics);
