namespace VRouter.Host.Configuration.Resources;

/// <summary>
/// Data-path settings (projectcalico.org/v3 FelixConfiguration). "default" holds for all nodes, "node.NAME" for one node, field by field.
/// </summary>
public sealed record FelixConfiguration : Resource
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "FelixConfiguration";

    /// <summary>The name of the resource that holds for all nodes.</summary>
    public const string DefaultName = "default";

    /// <summary>The VXLAN network identifier that Calico uses unless told otherwise.</summary>
    public const int DefaultVxlanVni = 4096;

    /// <summary>The VXLAN UDP port that Calico uses unless told otherwise (RFC 7348 §5).</summary>
    public const int DefaultVxlanPort = 4789;

    /// <summary>The IP MTU of IPIP tunnels in bytes; null: the uplink's minus 20.</summary>
    public int? IpipMtu { get; init; }

    /// <summary>The IP MTU of VXLAN tunnels in bytes; null: the uplink's minus 50.</summary>
    public int? VxlanMtu { get; init; }

    /// <summary>The UDP port that VXLAN is sent to and received on; null: 4789.</summary>
    public int? VxlanPort { get; init; }

    /// <summary>The VXLAN network identifier, 1 to 16777215; null: 4096.</summary>
    public int? VxlanVni { get; init; }

    /// <summary>True if workloads may send VXLAN themselves; null: no.</summary>
    public bool? AllowVxlanFromWorkloads { get; init; }

    /// <summary>True if workloads may send IPIP themselves; null: no.</summary>
    public bool? AllowIpipFromWorkloads { get; init; }

    /// <inheritdoc/>
    public override ResourceKey Key => new(KindName, string.Empty, Name);

    /// <summary>The name of the resource that holds for one node.</summary>
    public static string NameOf(string nodeName) => "node." + nodeName;

    /// <summary>This resource's fields, and where they are not given those of <paramref name="fallback"/>.</summary>
    public FelixConfiguration Or(FelixConfiguration fallback) => this with
    {
        IpipMtu = IpipMtu ?? fallback.IpipMtu,
        VxlanMtu = VxlanMtu ?? fallback.VxlanMtu,
        VxlanPort = VxlanPort ?? fallback.VxlanPort,
        VxlanVni = VxlanVni ?? fallback.VxlanVni,
        AllowVxlanFromWorkloads = AllowVxlanFromWorkloads ?? fallback.AllowVxlanFromWorkloads,
        AllowIpipFromWorkloads = AllowIpipFromWorkloads ?? fallback.AllowIpipFromWorkloads,
    };
}
