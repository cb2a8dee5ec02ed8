namespace VRouter.Core.Graph;

/// <summary>The ICMPv4 error that a drop causes, if any (RFC 792, RFC 1812 §4.3.3 and §5.2.7).</summary>
public enum IcmpReply
{
    /// <summary>Nothing is sent.</summary>
    None,

    /// <summary>Destination Unreachable, network (type 3, code 0).</summary>
    NetworkUnreachable,

    /// <summary>Destination Unreachable, host (type 3, code 1).</summary>
    HostUnreachable,

    /// <summary>Destination Unreachable, protocol (type 3, code 2).</summary>
    ProtocolUnreachable,

    /// <summary>Destination Unreachable, port (type 3, code 3).</summary>
    PortUnreachable,

    /// <summary>Destination Unreachable, fragmentation needed and DF set (type 3, code 4), with the next-hop MTU of RFC 1191 §4.</summary>
    FragmentationNeeded,

    /// <summary>Time Exceeded in transit (type 11, code 0).</summary>
    TimeExceeded,

    /// <summary>Time Exceeded in reassembly (type 11, code 1).</summary>
    ReassemblyTimeExceeded,

    /// <summary>Parameter Problem (type 12, code 0), with the place of the byte that it is about.</summary>
    ParameterProblem,
}
