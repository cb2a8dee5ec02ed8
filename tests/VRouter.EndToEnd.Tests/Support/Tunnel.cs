namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A kind of tunnel, and what it leaves of an uplink's 1500 bytes.</summary>
public sealed record Tunnel(string Name, string Ipip, string Vxlan, int Mtu)
{
    public static Tunnel Ipip4 { get; } = new("IPIP", "Always", "Never", 1480);

    public static Tunnel VxlanCalico { get; } = new("VXLAN", "Never", "Always", 1450);

    public override string ToString() => Name;
}
