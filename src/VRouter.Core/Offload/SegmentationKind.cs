namespace VRouter.Core.Offload;

/// <summary>Into what a super-frame is to be cut.</summary>
public enum SegmentationKind : byte
{
    /// <summary>It is no super-frame.</summary>
    None,

    /// <summary>TCP segments (TSO).</summary>
    TcpSegments,

    /// <summary>UDP datagrams (USO).</summary>
    UdpDatagrams,

    /// <summary>IP fragments of one UDP datagram (UFO).</summary>
    Fragments,
}
