namespace VRouter.Io.Bpf;

/// <summary>When a jump is taken; the values are the operation bits of the instruction (RFC 9669 §4.3). Comparisons are unsigned, of 64 bits.</summary>
public enum BpfCondition : byte
{
    /// <summary>Left equals right.</summary>
    Equal = 0x10,

    /// <summary>Left is greater.</summary>
    Greater = 0x20,

    /// <summary>Left and right have a bit in common.</summary>
    AnyBit = 0x40,

    /// <summary>Left differs from right.</summary>
    NotEqual = 0x50,

    /// <summary>Left is less.</summary>
    Less = 0xa0,
}
