namespace VRouter.Io.Bpf;

/// <summary>The registers of the eBPF machine (RFC 9669 §2).</summary>
public enum BpfRegister : byte
{
    /// <summary>What calls return, and the program's result.</summary>
    R0,

    /// <summary>The first argument: the context when a program starts. Lost in calls, as are R2 to R5.</summary>
    R1,

    /// <summary>The second argument.</summary>
    R2,

    /// <summary>The third argument.</summary>
    R3,

    /// <summary>The fourth argument.</summary>
    R4,

    /// <summary>The fifth argument.</summary>
    R5,

    /// <summary>Kept in calls.</summary>
    R6,

    /// <summary>Kept in calls.</summary>
    R7,

    /// <summary>Kept in calls.</summary>
    R8,

    /// <summary>Kept in calls.</summary>
    R9,

    /// <summary>The end of the stack of 512 bytes; read only.</summary>
    FramePointer,
}
