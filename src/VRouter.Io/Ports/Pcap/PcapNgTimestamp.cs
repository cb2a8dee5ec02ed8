namespace VRouter.Io.Ports.Pcap;

/// <summary>The time unit of a pcapng interface: if_tsresol and if_tsoffset.</summary>
/// <param name="Resolution">If the high bit is clear: 10^-n seconds; if it is set: 2^-n. 6 (microseconds) is the default.</param>
/// <param name="OffsetSeconds">Seconds to add.</param>
internal readonly record struct PcapNgTimestamp(byte Resolution, long OffsetSeconds)
{
    public static PcapNgTimestamp Default => new(6, 0);

    /// <summary>Turns a count of units into nanoseconds since 1970; times outside of 64 bits are held at its ends.</summary>
    public long ToNanoseconds(ulong units)
    {
        var exponent = Resolution & 0x7f;
        Int128 nanoseconds;
        if (Resolution != exponent)
            nanoseconds = (Int128)(((UInt128)units * 1_000_000_000) >> exponent);
        else if (exponent <= 9)
            nanoseconds = (Int128)units * PowerOfTen(9 - exponent);
        else
            nanoseconds = exponent - 9 > 19 ? 0 : (Int128)units / PowerOfTen(exponent - 9);
        nanoseconds += (Int128)OffsetSeconds * 1_000_000_000;
        return nanoseconds > long.MaxValue ? long.MaxValue : nanoseconds < long.MinValue ? long.MinValue : (long)nanoseconds;
    }

    private static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;
        for (; exponent > 0; exponent--)
            power *= 10;
        return power;
    }
}
