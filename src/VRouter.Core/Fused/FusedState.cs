namespace VRouter.Core.Fused;

/// <summary>What the fused path's input decided about a frame.</summary>
internal enum FusedState : byte
{
    /// <summary>For the graph, which will not forward it: no packet of its flow can be overtaken.</summary>
    Ends,

    /// <summary>For the graph, which may forward it to an address that was not looked for.</summary>
    Unknown,

    /// <summary>For the graph, which may forward it to its destination.</summary>
    Left,

    /// <summary>A valid packet as it came.</summary>
    Ready,

    /// <summary>A valid packet out of a tunnel.</summary>
    Decapsulated,
}
