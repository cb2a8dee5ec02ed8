namespace VRouter.Host.Recording;

/// <summary>The entries of a pass, in the order in which things happened. Numbers are part of the format; append only.</summary>
internal enum PassOperation : byte
{
    /// <summary>A change of tables took effect: its number (8 bytes).</summary>
    Tables = 1,

    /// <summary>A port came: its index (2), its interface in the file (4).</summary>
    Attach = 2,

    /// <summary>A port went: its index (2).</summary>
    Detach = 3,

    /// <summary>What is special about a frame of the vector that follows: see <see cref="FrameRemark"/>.</summary>
    Remark = 4,

    /// <summary>
    /// A vector was received: port (2), frames (2), where their bytes begin in their slots (2), frames free in the pool (4), large ones (4). The frames are the packet blocks that were not
    /// counted yet.
    /// </summary>
    Process = 5,

    /// <summary>Timers: frames free in the pool (4), large ones (4).</summary>
    Tick = 6,

    /// <summary>A notice of another worker was taken in: kind (1), worker (2), key (8), MAC address (8), time (8).</summary>
    Notice = 7,

    /// <summary>
    /// A port was given frames: port (2), frames (2), frames free in the pool afterwards (4), large ones (4), number of those that it did not simply send (2), and for each of these its
    /// place (2) and what became of it (2): 1 for held, else 0x8000 and the drop reason.
    /// </summary>
    Transmit = 8,

    /// <summary>The pass is complete: the digest of all that this worker sent so far (8).</summary>
    End = 9,
}
