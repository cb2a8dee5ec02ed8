namespace VRouter.Host.Configuration.Resources;

/// <summary>How a port's frames are received and sent.</summary>
public enum PortDriver
{
    /// <summary>The best one that works here, on an existing interface; a workload's that does not exist yet is awaited.</summary>
    Auto,

    /// <summary>A packet socket on an existing interface.</summary>
    AfPacket,

    /// <summary>AF_XDP sockets on an existing interface.</summary>
    AfXdp,

    /// <summary>A TAP device that the router creates.</summary>
    Tap,
}
