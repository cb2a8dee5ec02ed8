namespace VRouter.Host.Configuration.Resources;

/// <summary>What makes a resource unique. <see cref="Namespace"/> is empty for kinds that are not namespaced.</summary>
public readonly record struct ResourceKey(string Kind, string Namespace, string Name)
{
    /// <summary>"IPPool 'default'" or "WorkloadEndpoint 'default/pod'".</summary>
    public override string ToString() => Namespace.Length == 0 ? $"{Kind} '{Name}'" : $"{Kind} '{Namespace}/{Name}'";
}
