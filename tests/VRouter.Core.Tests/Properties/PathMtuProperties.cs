using VRouter.Core.Tunnels;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>What is remembered of a path, against the list of all that was ever told.</summary>
public sealed class PathMtuProperties(ITestOutputHelper output) : PropertyTests(output)
{
    private const long Second = 1_000_000_000;
    private const long Lifetime = 600 * Second;

    /// <summary>So much time passes, then somebody tells an MTU.</summary>
    private sealed record Told(int Seconds, int Mtu);

    [Property(Cases = 5_000)]
    [Rfc("1191-3-least", "1191-3-raise", "1191-3-probe")]
    public void Get_AfterAnythingTold_IsTheLowestValueUntilItsTimeIsOver() => Check(
        random => Enumerable.Range(0, random.Next(1, 20))
            .Select(_ => new Told(random.Next(4) == 0 ? random.Next(2000) : random.Next(200), random.Next(5) == 0 ? random.Next(70_000) : random.Next(500, 1600)))
            .ToArray(),
        told => Shrinks.List(told, one => Shrinks.Number(one.Seconds).Select(seconds => one with { Seconds = seconds })
            .Concat(Shrinks.Number(one.Mtu).Select(mtu => one with { Mtu = mtu }))),
        Replay,
        told => string.Join(", ", told.Select(one => $"{one.Seconds} s later {one.Mtu}")));

    private static void Replay(Told[] told)
    {
        var path = new PathMtu();
        // RFC 1191 §6.3: a told value holds until its time is over. A greater one changes nothing while a lower one holds, not even that one's time.
        var (believed, until) = (int.MaxValue, 0L);
        var now = 5 * Second;
        foreach (var (seconds, mtu) in told)
        {
            now += seconds * Second;
            if (now >= until)
                believed = int.MaxValue;
            Assert.Equal(believed, path.Get(now));
            var bounded = Math.Min(Math.Max(mtu, 552), 65535);
            Assert.Equal(bounded < believed, path.Lower(mtu, now));
            if (bounded < believed)
                (believed, until) = (bounded, now + Lifetime);
            Assert.Equal(believed, path.Get(now));
            Assert.Equal(believed, path.Get(until - Second));
            Assert.Equal(int.MaxValue, path.Get(until));
        }
    }
}
