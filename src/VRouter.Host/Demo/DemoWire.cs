namespace VRouter.Host.Demo;

/// <summary>One wire of the demo's network, and where it is captured.</summary>
/// <param name="Number">Its place in the order of captures, from 1.</param>
/// <param name="Name">Whose wire it is.</param>
/// <param name="Place">The namespace of the topology in which it is captured.</param>
/// <param name="Interface">The interface there. It lies at the far end of a router's wire: what packet sockets send is not seen at their own.</param>
internal sealed record DemoWire(int Number, string Name, string Place, string Interface)
{
    /// <summary>busybox-1's own wire.</summary>
    public static DemoWire Busybox1 { get; } = new(1, "busybox-1", "busybox-1", "eth0");

    /// <summary>walker-1's uplink.</summary>
    public static DemoWire Walker1 { get; } = new(2, "walker-1", "vlan-6", "walker-1");

    /// <summary>The gateway's leg in VLAN 6.</summary>
    public static DemoWire Gateway { get; } = new(3, "gateway", "gateway", "eth6");

    /// <summary>demi-1's uplink, which is also the gateway's leg in VLAN 199.</summary>
    public static DemoWire Demi1 { get; } = new(4, "demi-1", "gateway", "eth199");

    /// <summary>busybox-3's own wire.</summary>
    public static DemoWire Busybox3 { get; } = new(5, "busybox-3", "busybox-3", "eth0");

    /// <summary>walker-2's uplink.</summary>
    public static DemoWire Walker2 { get; } = new(6, "walker-2", "vlan-6", "walker-2");

    /// <summary>busybox-2's own wire.</summary>
    public static DemoWire Busybox2 { get; } = new(7, "busybox-2", "busybox-2", "eth0");

    /// <summary>All wires, by number.</summary>
    public static IReadOnlyList<DemoWire> All { get; } = [Busybox1, Walker1, Gateway, Demi1, Busybox3, Walker2, Busybox2];

    /// <summary>The name of its capture file, such as "01-busybox-1.pcap".</summary>
    public string FileName => $"{Number:00}-{Name}.pcap";
}
