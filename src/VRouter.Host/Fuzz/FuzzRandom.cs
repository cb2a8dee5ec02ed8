namespace VRouter.Host.Fuzz;

/// <summary>Pseudo-random numbers that are the same on every machine and version for a seed (SplitMix64).</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        state += 0x9e37_79b9_7f4a_7c15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="count"/> - 1; 0 if <paramref name="count"/> is not positive.</summary>
    public int Next(int count) => count <= 0 ? 0 : (int)(((NextBits() >> 32) * (ulong)count) >> 32);

    /// <summary>True once in so many times.</summary>
    public bool Once(int times) => Next(times) == 0;

    /// <summary>A random byte.</summary>
    public byte NextByte() => (byte)(NextBits() >> 56);

    /// <summary>One of the values, each as often as the others.</summary>
    public T Pick<T>(IReadOnlyList<T> values) => values[Next(values.Count)];

    /// <summary>Random bytes.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        foreach (ref var value in bytes.AsSpan())
            value = NextByte();
        return bytes;
    }
}
