using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>The flow hash of a frame's packet, computed once and kept in the metadata.</summary>
internal static class PacketFlowHash
{
    /// <summary>
    /// Reads <c>Metadata.FlowHash</c>, or computes it from the packet at byte 0, seeded with the node's address, so that
    /// the routers of a path split flows independently.
    /// </summary>
    public static uint Of(Frame frame, ForwardingTables tables)
    {
        ref var metadata = ref frame.Metadata;
        if (metadata.FlowHash == 0)
            metadata.FlowHash = FlowHash.Compute(frame.Bytes, tables.NodeAddress.Value);
        return metadata.FlowHash;
    }
}
