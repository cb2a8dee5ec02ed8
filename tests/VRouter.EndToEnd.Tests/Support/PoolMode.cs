namespace VRouter.EndToEnd.Tests.Support;

/// <summary>The pool's modes, and what follows from them between two places of <see cref="ThreeNodes"/>.</summary>
/// <param name="Ipip">ipipMode.</param>
/// <param name="Vxlan">vxlanMode.</param>
public sealed record PoolMode(string Ipip, string Vxlan)
{
    internal static IReadOnlyList<PodPlace> Places { get; } =
    [
        new("busybox-1", ThreeNodes.Pod1, "walker-1", "172.16.6.47", "vlan-6"),
        new("busybox-4", ThreeNodes.Pod4, "walker-1", "172.16.6.47", "vlan-6"),
        new("busybox-2", ThreeNodes.Pod2, "walker-2", "172.16.6.249", "vlan-6"),
        new("busybox-3", ThreeNodes.Pod3, "demi-1", "172.16.199.114", "vlan-199"),
    ];

    /// <summary>All pairs that reach each other, in both directions.</summary>
    internal IEnumerable<(PodPlace From, PodPlace To)> ReachablePairs =>
        Places.SelectMany(from => Places.Where(to => to != from && Reaches(from, to)).Select(to => (from, to)));

    /// <summary>All pairs that do not: the gateway knows no way to pods.</summary>
    internal IEnumerable<(PodPlace From, PodPlace To)> UnreachablePairs =>
        Places.SelectMany(from => Places.Where(to => to != from && !Reaches(from, to)).Select(to => (from, to)));

    /// <summary>How packets between two places travel: "plain", "ipip" or "vxlan".</summary>
    internal string Between(PodPlace a, PodPlace b)
    {
        if (a.Node == b.Node)
            return "plain";
        if (Applies(Ipip))
            return "ipip";
        return Applies(Vxlan) ? "vxlan" : "plain";

        bool Applies(string mode) => mode == "Always" || (mode == "CrossSubnet" && a.Network != b.Network);
    }

    /// <summary>The longest packet that passes without fragments.</summary>
    internal int Mtu(PodPlace a, PodPlace b) => Between(a, b) switch
    {
        "ipip" => 1480,
        "vxlan" => 1450,
        _ => 1500,
    };

    private bool Reaches(PodPlace a, PodPlace b) => a.Network == b.Network || Between(a, b) != "plain";
}
