namespace VRouter.Io.Netlink;

/// <summary>RFC 2863 operational state of an interface (IFLA_OPERSTATE).</summary>
public enum OperationalState : byte
{
    /// <summary>The driver does not say.</summary>
    Unknown,

    /// <summary>Some part of it is missing.</summary>
    NotPresent,

    /// <summary>Down.</summary>
    Down,

    /// <summary>Down because the interface below it is.</summary>
    LowerLayerDown,

    /// <summary>Under test.</summary>
    Testing,

    /// <summary>Waits for an outside event, such as authentication.</summary>
    Dormant,

    /// <summary>Up.</summary>
    Up,
}
