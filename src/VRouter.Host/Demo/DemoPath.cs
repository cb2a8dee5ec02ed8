namespace VRouter.Host.Demo;

/// <summary>The way of a ping from one pod to another, hop by hop, as a mode makes it.</summary>
/// <param name="From">The pod that sends.</param>
/// <param name="To">The pod that it sends to.</param>
/// <param name="Hops">The steps in their order.</param>
internal sealed record DemoPath(string From, string To, IReadOnlyList<DemoHop> Hops)
{
    /// <summary>The ways that the demo shows in a mode.</summary>
    public static IReadOnlyList<DemoPath> In(DemoMode mode) =>
        mode is { TunnelsAcrossSubnets: true, TunnelsWithinSubnet: false } ? [Across(mode), Within(mode)] : [Across(mode)];

    private static DemoPath Across(DemoMode mode) => new("busybox-1", "busybox-3",
    [
        ToRouter("busybox-1", "walker-1", DemoWire.Busybox1),
        new("walker-1", "gateway", DemoWire.Gateway, mode switch
        {
            { IsVxlan: true } =>
                "walker-1 puts the packet, in an Ethernet frame of its own, into a UDP datagram from node to node (enc). The gateway needs to know nodes only.",
            { TunnelsAcrossSubnets: true } =>
                "walker-1 puts the packet into another one, from node to node (enc). The gateway needs to know nodes only.",
            _ => "busybox-3 is behind demi-1, and demi-1 is in another subnet: walker-1 hands the packet, as it is, to the gateway's MAC address.",
        }),
        new("gateway", "demi-1", DemoWire.Demi1, mode.TunnelsAcrossSubnets
            ? "The gateway forwards by the outer addresses. It sets new MAC addresses and never looks inside."
            : "The gateway has no route to 192.168.121.0/26, so it drops the packet: nothing comes out here."),
        new("demi-1", "busybox-3", DemoWire.Busybox3, mode.TunnelsAcrossSubnets
            ? "demi-1 takes the outer headers off and delivers the packet, as busybox-1 sent it but for the TTL."
            : "Nothing to deliver."),
    ]);

    private static DemoPath Within(DemoMode mode) => new("busybox-1", "busybox-2",
    [
        ToRouter("busybox-1", "walker-1", DemoWire.Busybox1),
        new("walker-1", "walker-2", DemoWire.Walker2, mode.TunnelsWithinSubnet
            ? "walker-2 is a neighbor, but this mode tunnels between all nodes."
            : "walker-2 is in walker-1's own subnet: the packet goes straight to it, without a tunnel."),
        new("walker-2", "busybox-2", DemoWire.Busybox2, "walker-2 delivers it."),
    ]);

    private static DemoHop ToRouter(string pod, string node, DemoWire wire) => new(pod, node, wire,
        $"The pod sends everything to its gateway 169.254.1.1. No interface has that address: the router on {node} answered the ARP request for it.");
}
