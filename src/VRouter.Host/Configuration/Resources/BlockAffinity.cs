using VRouter.Core.Tables;

namespace VRouter.Host.Configuration.Resources;

/// <summary>Says which node a block of workload addresses belongs to (projectcalico.org/v3 BlockAffinity).</summary>
public sealed record BlockAffinity : Resource
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "BlockAffinity";

    /// <summary>The name of the node that holds the block.</summary>
    public required string Node { get; init; }

    /// <summary>The addresses of the block.</summary>
    public required IPv4Prefix Cidr { get; init; }

    /// <summary>How far the claim has come.</summary>
    public BlockAffinityState State { get; init; }

    /// <summary>True if the claim is marked as deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>True if the block is routed: confirmed and not deleted.</summary>
    public bool IsRouted => State == BlockAffinityState.Confirmed && !Deleted;

    /// <inheritdoc/>
    public override ResourceKey Key => new(KindName, string.Empty, Name);
}
