using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Demo;

/// <summary>One of the demo's ways to carry packets between nodes.</summary>
internal sealed record DemoMode
{
    private DemoMode(string word, EncapsulationMode ipip, EncapsulationMode vxlan, int podMtu, string meaning)
    {
        Word = word;
        Ipip = ipip;
        Vxlan = vxlan;
        PodMtu = podMtu;
        Meaning = meaning;
    }

    /// <summary>No tunnel: the gateway between the VLANs has no route to the pods.</summary>
    public static DemoMode Never { get; } = new(
        "never", EncapsulationMode.Never, EncapsulationMode.Never, 1500, "packets of pods travel as they are");

    /// <summary>IPIP between all nodes.</summary>
    public static DemoMode Always { get; } = new(
        "always", EncapsulationMode.Always, EncapsulationMode.Never, 1480, "between nodes, each packet travels inside another IP packet (IPIP)");

    /// <summary>IPIP only between nodes of different subnets.</summary>
    public static DemoMode CrossSubnet { get; } = new(
        "cross-subnet", EncapsulationMode.CrossSubnet, EncapsulationMode.Never, 1480, "packets travel inside another IP packet (IPIP) only where a gateway lies between the nodes");

    /// <summary>VXLAN between all nodes.</summary>
    public static DemoMode VxlanAlways { get; } = new(
        "vxlan", EncapsulationMode.Never, EncapsulationMode.Always, 1450, "between nodes, each packet travels inside a UDP datagram (VXLAN)");

    /// <summary>VXLAN only between nodes of different subnets.</summary>
    public static DemoMode VxlanCrossSubnet { get; } = new(
        "vxlan-cross-subnet", EncapsulationMode.Never, EncapsulationMode.CrossSubnet, 1450, "packets travel inside a UDP datagram (VXLAN) only where a gateway lies between the nodes");

    /// <summary>All modes, in the order in which a newcomer may try them.</summary>
    public static IReadOnlyList<DemoMode> All { get; } = [Never, Always, CrossSubnet, VxlanAlways, VxlanCrossSubnet];

    /// <summary>The word on the command line.</summary>
    public string Word { get; }

    /// <summary>IPPool.spec.ipipMode.</summary>
    public EncapsulationMode Ipip { get; }

    /// <summary>IPPool.spec.vxlanMode.</summary>
    public EncapsulationMode Vxlan { get; }

    /// <summary>The MTU of the pods' interfaces, bytes: what is left of 1500 beside the tunnel's headers.</summary>
    public int PodMtu { get; }

    /// <summary>What the mode means, as the end of a sentence.</summary>
    public string Meaning { get; }

    /// <summary>True if packets between nodes of different subnets are tunnelled.</summary>
    public bool TunnelsAcrossSubnets => Ipip != EncapsulationMode.Never || Vxlan != EncapsulationMode.Never;

    /// <summary>True if packets between nodes of one subnet are tunnelled.</summary>
    public bool TunnelsWithinSubnet => Ipip == EncapsulationMode.Always || Vxlan == EncapsulationMode.Always;

    /// <summary>True if the tunnel is VXLAN.</summary>
    public bool IsVxlan => Vxlan != EncapsulationMode.Never;

    /// <summary>The UDP port that means VXLAN in the demo's captures.</summary>
    public static ushort VxlanPort => VxlanHeader.AssignedPort;

    /// <summary>The mode of a word, or null.</summary>
    public static DemoMode? Find(string word) => All.FirstOrDefault(mode => mode.Word == word);

    /// <inheritdoc/>
    public override string ToString() => Word;
}
