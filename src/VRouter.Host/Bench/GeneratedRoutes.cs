using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Bench;

/// <summary>
/// Route tables of the Internet's shape, for checkouts without a real one: the share of each prefix length in the full table of 901,899 routes, prefixes longer
/// than /18 crowded into a quarter of the unicast /18s, as there, and therefore nested.
/// </summary>
internal static class GeneratedRoutes
{
    private static readonly (int Length, int Count)[] Internet =
    [
        (8, 16), (9, 13), (10, 38), (11, 103), (12, 299), (13, 581), (14, 1203), (15, 2100), (16, 13490), (17, 8235), (18, 13798), (19, 24870),
        (20, 42611), (21, 50750), (22, 108623), (23, 96510), (24, 537698), (25, 20), (26, 3), (27, 11), (28, 18), (29, 17), (30, 3), (31, 3), (32, 886),
    ];

    /// <summary>Makes a table; equal arguments give equal tables.</summary>
    /// <param name="count">Number of routes, up to two and a half million.</param>
    /// <param name="nextHops">Adjacencies are drawn from 1 to this.</param>
    /// <param name="seed">The seed of the generator.</param>
    public static List<KeyValuePair<IPv4Prefix, int>> OfInternetShape(int count, int nextHops = 64, int seed = 1)
    {
        var random = new Random(seed);
        var crowded = CrowdedBlocks(random);
        var seen = new HashSet<IPv4Prefix>(count);
        var routes = new List<KeyValuePair<IPv4Prefix, int>>(count);
        var total = Internet.Sum(entry => entry.Count);
        foreach (var (length, share) in Internet)
        {
            // The rounding is made good by the /24s.
            var wanted = length == 24 ? count - Internet.Sum(entry => entry.Length == 24 ? 0 : Scaled(entry.Count)) : Scaled(share);
            while (wanted > 0)
            {
                var address = length > 18
                    ? (crowded[random.Next(crowded.Length)] << 14) | (uint)random.Next(1 << 14)
                    : Unicast(random);
                var prefix = new IPv4Prefix(new IPv4Address(address), length);
                if (!seen.Add(prefix))
                    continue;
                routes.Add(KeyValuePair.Create(prefix, random.Next(1, nextHops + 1)));
                wanted--;
            }
        }

        return routes;

        int Scaled(int share) => (int)((long)share * count / total);
    }

    private static uint Unicast(Random random) => (uint)random.NextInt64(0x0100_0000, 0xe000_0000);

    private static uint[] CrowdedBlocks(Random random)
    {
        var blocks = new HashSet<uint>();
        while (blocks.Count < 65_000)
        {
            var block = Unicast(random) >> 14;
            blocks.UnionWith([block, block ^ 1, block ^ 2]);
        }

        return [.. blocks.Order()];
    }
}
