namespace VRouter.Core.Tunnels;

/// <summary>
/// What is known of the path to a tunnel peer: the MTU that an ICMP Fragmentation Needed about an outer packet told, and until when it is believed
/// (RFC 1191 §6.3). One 64-bit word, so that any worker reads and writes it without a lock. It outlives recompiled tables.
/// </summary>
public sealed class PathMtu
{
    /// <summary>How long a lowered value is believed: ten minutes, as Linux does.</summary>
    public const long LifetimeNanoseconds = 600_000_000_000;

    /// <summary>The lowest value that is believed: RFC 1191 §3 lets a router have 68, Linux's min_pmtu stops attacks at 552.</summary>
    public const int Minimum = 552;

    private const int MtuBits = 16;
    private long word;

    /// <summary>False while nothing lower than the route's MTU is known, or what was known has been found too old.</summary>
    internal bool WasLowered => Volatile.Read(ref word) != 0;

    /// <summary>The outer MTU in bytes, or <see cref="int.MaxValue"/> while nothing lower is known.</summary>
    public int Get(long now) => Decode(Volatile.Read(ref word), now);

    /// <summary>As <see cref="Get"/>; forgets what is too old, so that <see cref="WasLowered"/> is false again.</summary>
    internal int GetOrForget(long now)
    {
        var seen = Volatile.Read(ref word);
        var mtu = Decode(seen, now);
        // Another worker may have lowered it again meanwhile: then that stays.
        if (mtu == int.MaxValue && seen != 0)
            Interlocked.CompareExchange(ref word, 0, seen);
        return mtu;
    }

    /// <summary>As <see cref="Get"/>, with how long ago the value was told last, in nanoseconds (whole milliseconds).</summary>
    /// <returns>False while nothing lower is known.</returns>
    public bool TryGet(long now, out int mtu, out long age)
    {
        var seen = Volatile.Read(ref word);
        mtu = Decode(seen, now);
        age = mtu == int.MaxValue ? 0 : Math.Max(0, LifetimeNanoseconds - (((seen >> MtuBits) - (now / 1_000_000)) * 1_000_000));
        return mtu != int.MaxValue;
    }

    /// <summary>Notes a lower MTU, not under <see cref="Minimum"/>; a higher one than is believed now changes nothing.</summary>
    /// <returns>True if the value changed.</returns>
    public bool Lower(int mtu, long now)
    {
        mtu = Believable(mtu);
        var lowered = (((now + LifetimeNanoseconds) / 1_000_000) << MtuBits) | (uint)mtu;
        // Of two workers that lower it at once, the lower value must stay.
        for (var seen = Volatile.Read(ref word); mtu < Decode(seen, now);)
        {
            var found = Interlocked.CompareExchange(ref word, lowered, seen);
            if (found == seen)
                return true;
            seen = found;
        }

        return false;
    }

    /// <summary>What is noted for an MTU that somebody told.</summary>
    internal static int Believable(int mtu) => Math.Clamp(mtu, Minimum, ushort.MaxValue);

    /// <summary>Forgets what was told, as if the path had never been used.</summary>
    public void Forget() => Volatile.Write(ref word, 0);

    private static int Decode(long value, long now)
    {
        var expiresAtMillisecond = value >> MtuBits;
        return value == 0 || now / 1_000_000 >= expiresAtMillisecond ? int.MaxValue : (int)(value & 0xffff);
    }
}
