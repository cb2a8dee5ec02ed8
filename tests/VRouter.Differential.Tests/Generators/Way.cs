using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Generators;

/// <summary>From where to where a packet goes: each way meets other rules of the router.</summary>
/// <param name="Name">For people.</param>
/// <param name="Port">The port that it comes in by.</param>
/// <param name="From">Its source address.</param>
/// <param name="To">Its destination address.</param>
/// <param name="IsTunnelled">It comes in a VXLAN packet of the peer node.</param>
/// <param name="Sources">Where the sender has many addresses: those that begin with these two bytes.</param>
internal sealed record Way(string Name, int Port, string From, string To, bool IsTunnelled = false, string? Sources = null)
{
    private const string Foreign = "8.8.8.8";
    private const string PlainPod = "10.244.1.5";
    private const string VxlanPod = "10.244.2.5";

    /// <summary>All ways of plain packets.</summary>
    public static IReadOnlyList<Way> Plain { get; } =
    [
        new("workload to node", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, PlainPod),
        new("workload to gateway", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, Foreign),
        new("workload to neighbor", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, "192.0.2.5"),
        new("workload to other workload", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, TwinNetwork.OtherAddress),
        new("other workload to workload", TwinNetwork.Other, TwinNetwork.OtherAddress, TwinNetwork.WorkloadAddress),
        new("workload to router", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, TwinNetwork.NodeAddress),
        new("workload to blackhole", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, "10.244.0.9"),
        new("workload to unreachable", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, "10.99.1.1", Sources: "10.245"),
        new("workload to no route", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, "198.51.100.1", Sources: "10.245"),
        new("node to workload", TwinNetwork.Uplink, PlainPod, TwinNetwork.WorkloadAddress),
        new("gateway to other workload", TwinNetwork.Uplink, Foreign, TwinNetwork.OtherAddress),
        new("gateway to router", TwinNetwork.Uplink, Foreign, TwinNetwork.NodeAddress),
        new("gateway to blackhole", TwinNetwork.Uplink, Foreign, "10.244.0.9"),
        new("gateway to unreachable", TwinNetwork.Uplink, Foreign, "10.99.1.1", Sources: "8.8"),
        new("gateway back to node", TwinNetwork.Uplink, Foreign, PlainPod),
    ];

    /// <summary>Ways into the VXLAN tunnel.</summary>
    public static IReadOnlyList<Way> IntoVxlan { get; } =
    [
        new("workload into vxlan", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, VxlanPod),
        new("gateway into vxlan", TwinNetwork.Uplink, Foreign, VxlanPod),
    ];

    /// <summary>Ways out of the VXLAN tunnel.</summary>
    public static IReadOnlyList<Way> OutOfVxlan { get; } =
    [
        new("vxlan to workload", TwinNetwork.Uplink, VxlanPod, TwinNetwork.WorkloadAddress, IsTunnelled: true),
        new("vxlan to other workload", TwinNetwork.Uplink, VxlanPod, TwinNetwork.OtherAddress, IsTunnelled: true),
        new("vxlan to gateway", TwinNetwork.Uplink, VxlanPod, Foreign, IsTunnelled: true),
        new("vxlan to router", TwinNetwork.Uplink, VxlanPod, TwinNetwork.NodeAddress, IsTunnelled: true),
        new("vxlan to blackhole", TwinNetwork.Uplink, VxlanPod, "10.244.0.9", IsTunnelled: true),
        new("vxlan to no route", TwinNetwork.Uplink, VxlanPod, "198.51.100.1", IsTunnelled: true, Sources: "10.246"),
        new("vxlan back into vxlan", TwinNetwork.Uplink, VxlanPod, "10.244.2.6", IsTunnelled: true),
    ];

    /// <summary>Every way.</summary>
    public static IReadOnlyList<Way> All { get; } = [.. Plain, .. IntoVxlan, .. OutOfVxlan];

    public IPv4Address Source => IPv4Address.Parse(From);

    /// <summary>The source of a case: of many addresses the one that its name leads to.</summary>
    public IPv4Address SourceFor(string name)
    {
        if (Sources is null)
            return Source;
        var hash = 2166136261u;
        foreach (var letter in name)
            hash = (hash ^ letter) * 16777619;
        return IPv4Address.Parse($"{Sources}.{hash >> 24}.{(hash >> 10) & 0xff}");
    }

    public IPv4Address Destination => IPv4Address.Parse(To);

    /// <summary>The MAC address that the (inner) frame is for.</summary>
    public MacAddress RouterMac => IsTunnelled ? TwinNetwork.Vtep : TwinNetwork.RouterMac(Port);

    /// <summary>Who the (inner) frame is from.</summary>
    public MacAddress SenderMac => IsTunnelled ? TwinNetwork.PeerVtep : TwinNetwork.SenderMac(Port);

    /// <summary>The MTU of the link or tunnel that it leaves by, or of the one that it came by where it does not leave.</summary>
    public int Mtu => To switch
    {
        TwinNetwork.OtherAddress => TwinNetwork.Mtus[TwinNetwork.Other],
        TwinNetwork.WorkloadAddress => TwinNetwork.Mtus[TwinNetwork.Workload],
        _ => To.StartsWith("10.244.2.", StringComparison.Ordinal) ? TwinNetwork.VxlanMtu : TwinNetwork.UplinkMtu,
    };

    /// <summary>The longest packet that the way's first link carries.</summary>
    public int LongestPacket => TwinNetwork.Mtus[Port] - (IsTunnelled ? 50 : 0);
}
