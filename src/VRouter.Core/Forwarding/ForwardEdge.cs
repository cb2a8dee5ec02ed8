using VRouter.Core.Graph;
using VRouter.Core.Tables;

namespace VRouter.Core.Forwarding;

/// <summary>The edges that ip4-forward and ip4-fragment share: where a packet goes that fits its path.</summary>
internal static class ForwardEdge
{
    /// <summary>The stages of edges 0, 1 and 2.</summary>
    public static readonly string[] Names = [StageNames.EthernetRewrite, StageNames.IpipEncap, StageNames.VxlanEncap];

    /// <summary>The edge for an adjacency that leads out of a port.</summary>
    public static Verdict Of(AdjacencyKind kind) => Verdict.To(kind switch
    {
        AdjacencyKind.Ipip => 1,
        AdjacencyKind.Vxlan => 2,
        _ => 0,
    });
}
