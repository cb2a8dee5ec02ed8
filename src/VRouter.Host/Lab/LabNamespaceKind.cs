namespace VRouter.Host.Lab;

/// <summary>What a namespace of a lab stands for.</summary>
internal enum LabNamespaceKind
{
    /// <summary>A node, on which a router may run.</summary>
    Node,

    /// <summary>A gateway between networks.</summary>
    Gateway,

    /// <summary>The bridge of a network.</summary>
    Network,

    /// <summary>A pod.</summary>
    Pod,
}
