namespace VRouter.Host.Bench.Io;

/// <summary>How packets travel from node to node while they are measured.</summary>
internal enum IoMode
{
    /// <summary>As they are.</summary>
    Plain,

    /// <summary>In IPIP.</summary>
    Ipip,

    /// <summary>In VXLAN.</summary>
    Vxlan,
}
