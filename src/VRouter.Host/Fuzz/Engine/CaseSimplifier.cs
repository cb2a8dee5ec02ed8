namespace VRouter.Host.Fuzz.Engine;

/// <summary>Cases that are simpler than a given one: fewer events, a plainer network, no delays, shorter frames, zeros.</summary>
internal static class CaseSimplifier
{
    /// <summary>The candidates, the most simplified first.</summary>
    public static IEnumerable<EngineCase> Simplify(EngineCase one)
    {
        var events = one.Events;
        for (var count = events.Count / 2; count >= 1; count /= 2)
        {
            for (var at = 0; at + count <= events.Count; at += count)
                yield return one with { Events = [.. events.Take(at), .. events.Skip(at + count)] };
        }

        for (var setting = 0; setting < NetworkShape.Size; setting++)
        {
            if (one.Shape.Bytes[setting] == 0)
                continue;
            byte[] plainer = [.. one.Shape.Bytes];
            plainer[setting] = 0;
            yield return one with { Shape = new NetworkShape(plainer) };
        }

        for (var index = 0; index < events.Count; index++)
        {
            if (events[index].Delay != 0)
                yield return With(one, index, events[index] with { DelayCode = 0 });
            foreach (var bytes in Shorter(events[index].Bytes))
                yield return With(one, index, events[index] with { Bytes = bytes });
        }

        for (var index = 0; index < events.Count; index++)
        {
            foreach (var bytes in Zeroed(events[index].Bytes))
                yield return With(one, index, events[index] with { Bytes = bytes });
        }
    }

    private static EngineCase With(EngineCase one, int index, CaseEvent changed) =>
        one with { Events = [.. one.Events.Take(index), changed, .. one.Events.Skip(index + 1)] };

    private static IEnumerable<byte[]> Shorter(byte[] bytes)
    {
        for (var count = bytes.Length / 2; count >= 1; count /= 2)
            yield return bytes[..^count];
    }

    private static IEnumerable<byte[]> Zeroed(byte[] bytes)
    {
        for (var count = 64; count >= 1; count /= 4)
        {
            for (var at = 0; at < bytes.Length; at += count)
            {
                var end = Math.Min(at + count, bytes.Length);
                if (bytes.AsSpan(at, end - at).IndexOfAnyExcept((byte)0) < 0)
                    continue;
                byte[] copy = [.. bytes];
                copy.AsSpan(at, end - at).Clear();
                yield return copy;
            }
        }
    }
}
