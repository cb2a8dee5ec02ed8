namespace VRouter.Io.Linux;

/// <summary>The capabilities, capabilities(7), that parts of vRouter need; the values are the kernel's numbers.</summary>
public enum Capability
{
    /// <summary>CAP_NET_ADMIN: nftables rules, TAP devices, interface settings.</summary>
    NetAdmin = 12,

    /// <summary>CAP_NET_RAW: packet sockets.</summary>
    NetRaw = 13,

    /// <summary>CAP_SYS_ADMIN: network namespaces.</summary>
    SysAdmin = 21,
}
