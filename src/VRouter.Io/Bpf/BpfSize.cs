namespace VRouter.Io.Bpf;

/// <summary>How many bytes a load or store moves; the values are the size bits of the instruction (RFC 9669 §5).</summary>
public enum BpfSize : byte
{
    /// <summary>Four bytes.</summary>
    Four = 0x00,

    /// <summary>Two bytes.</summary>
    Two = 0x08,

    /// <summary>One byte.</summary>
    One = 0x10,

    /// <summary>Eight bytes.</summary>
    Eight = 0x18,
}
