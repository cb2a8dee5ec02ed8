namespace VRouter.Io.Ports.Tap;

/// <summary>What a TAP device's kernel leaves to the router.</summary>
internal enum TapOffloads
{
    /// <summary>Nothing: each frame is a packet on the wire.</summary>
    None,

    /// <summary>Checksums and the segmentation of TCP.</summary>
    Tcp,

    /// <summary>That of UDP, too.</summary>
    TcpAndUdp,
}
