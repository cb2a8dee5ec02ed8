namespace VRouter.TestKit.Properties;

/// <summary>Simpler values, the simplest first: what a shrinker is made of.</summary>
public static class Shrinks
{
    /// <summary>Numbers nearer to the least.</summary>
    public static IEnumerable<int> Number(int value, int least = 0)
    {
        if (value <= least)
            yield break;
        yield return least;
        for (var step = (value - least) / 2; step > 0; step /= 2)
        {
            if (value - step != least)
                yield return value - step;
        }
    }

    /// <summary>Lists without some of the items: a half, a quarter, …, one; then with one item simpler.</summary>
    public static IEnumerable<T[]> List<T>(T[] items, Func<T, IEnumerable<T>> shrink)
    {
        foreach (var shorter in Shorter(items))
            yield return shorter;
        for (var i = 0; i < items.Length; i++)
        {
            foreach (var simpler in shrink(items[i]))
            {
                var copy = (T[])items.Clone();
                copy[i] = simpler;
                yield return copy;
            }
        }
    }

    /// <summary>Bytes: fewer, then more zeros.</summary>
    public static IEnumerable<byte[]> Bytes(byte[] bytes)
    {
        foreach (var shorter in Shorter(bytes))
            yield return shorter;
        for (var size = bytes.Length; size > 0; size /= 2)
        {
            for (var start = 0; start < bytes.Length; start += size)
            {
                var end = Math.Min(start + size, bytes.Length);
                if (!bytes.AsSpan(start, end - start).ContainsAnyExcept((byte)0))
                    continue;
                var copy = (byte[])bytes.Clone();
                copy.AsSpan(start, end - start).Clear();
                yield return copy;
            }
        }
    }

    private static IEnumerable<T[]> Shorter<T>(T[] items)
    {
        if (items.Length > 0)
            yield return [];
        for (var size = items.Length / 2; size > 0; size /= 2)
        {
            for (var start = 0; start < items.Length; start += size)
                yield return [.. items[..start], .. items[Math.Min(start + size, items.Length)..]];
        }
    }
}
