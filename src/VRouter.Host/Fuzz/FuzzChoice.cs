using VRouter.Host.Configuration;
using VRouter.Host.Fuzz.Engine;

namespace VRouter.Host.Fuzz;

/// <summary>What a person chose to fuzz.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Paths">Files and directories of a configuration, for the engine; empty: networks are generated.</param>
/// <param name="Node">The node in it; null: the only one.</param>
internal sealed record FuzzChoice(string Target, IReadOnlyList<string> Paths, string? Node)
{
    /// <summary>Makes the target.</summary>
    /// <param name="findings">Told each finding about the configuration.</param>
    /// <exception cref="FuzzException">What was chosen does not fit, or the configuration is not valid.</exception>
    public IFuzzTarget Create(Action<Diagnostic> findings)
    {
        if (Paths.Count == 0)
            return Node is null ? FuzzTargets.Create(Target) : throw new FuzzException("--node names a node of a configuration: give that with -f");
        if (Target != FuzzTargets.Names[0])
            throw new FuzzException($"a configuration is for the engine, not for the target {Target}");
        var (state, found) = ConfigurationLoader.Load(Paths);
        foreach (var finding in found)
            findings(finding);
        if (state is null)
            throw new FuzzException("the configuration is not valid");
        var (router, error) = NodeSelection.Select(state, Node, Environment.MachineName, string.Join(' ', Paths));
        return router is not null ? new EngineTarget(FuzzNetwork.Of(state, router.Name), Paths) : throw new FuzzException(error!.Message);
    }
}
