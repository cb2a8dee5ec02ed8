namespace VRouter.Host.Configuration.Resources;

/// <summary>When packets to a pool's addresses on other nodes are encapsulated.</summary>
public enum EncapsulationMode
{
    /// <summary>Not at all.</summary>
    Never,

    /// <summary>To every other node.</summary>
    Always,

    /// <summary>To nodes whose address lies outside this node's own subnet.</summary>
    CrossSubnet,
}
