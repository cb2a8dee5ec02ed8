using System.IO.Compression;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Benchmarks.Lpm;

/// <summary>A file with one prefix on each line, plain or compressed with gzip; lines with a colon (IPv6) are left out.</summary>
internal static class RouteFile
{
    /// <summary>Reads the prefixes and gives each an adjacency from 1 to <paramref name="nextHops"/>, the same ones each time.</summary>
    /// <exception cref="FormatException">A line is no prefix.</exception>
    public static List<KeyValuePair<IPv4Prefix, int>> Read(string path, int nextHops)
    {
        using var file = File.OpenRead(path);
        using var text = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        var random = new Random(1);
        var routes = new List<KeyValuePair<IPv4Prefix, int>>();
        while (text.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.Contains(':', StringComparison.Ordinal))
                routes.Add(KeyValuePair.Create(IPv4Prefix.Parse(line), random.Next(1, nextHops + 1)));
        }

        return routes;
    }
}
