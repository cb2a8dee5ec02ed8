namespace VRouter.Core.Reassembly;

/// <summary>What becomes of the fragments of a datagram.</summary>
internal enum DatagramState : byte
{
    /// <summary>They wait for one another.</summary>
    Waiting,

    /// <summary>The first fragment said that the datagram is the host's: all are left to it.</summary>
    Hosts,

    /// <summary>They contradicted one another: also those to come are dropped (RFC 5722 §4).</summary>
    Refused,
}
