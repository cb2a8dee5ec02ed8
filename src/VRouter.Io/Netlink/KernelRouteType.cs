namespace VRouter.Io.Netlink;

/// <summary>RTN_*: what a kernel route does with a packet.</summary>
public enum KernelRouteType : byte
{
    /// <summary>Unset.</summary>
    Unspecified,

    /// <summary>Forward it.</summary>
    Unicast,

    /// <summary>It is for this host.</summary>
    Local,

    /// <summary>It is a broadcast of this host's network.</summary>
    Broadcast,

    /// <summary>Anycast.</summary>
    Anycast,

    /// <summary>Multicast.</summary>
    Multicast,

    /// <summary>Drop it silently.</summary>
    Blackhole,

    /// <summary>Drop it and answer "unreachable".</summary>
    Unreachable,

    /// <summary>Drop it and answer "prohibited".</summary>
    Prohibit,

    /// <summary>Go on with the next table.</summary>
    Throw,

    /// <summary>Network address translation; no longer in use.</summary>
    Nat,

    /// <summary>Ask an outside resolver.</summary>
    ExternalResolve,
}
