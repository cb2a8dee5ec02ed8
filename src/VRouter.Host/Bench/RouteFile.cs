using System.IO.Compression;
using System.Net;
using VRouter.Core.Tables;

namespace VRouter.Host.Bench;

/// <summary>
/// A file with one prefix on each line, plain or compressed with gzip. Empty lines, lines that begin with '#', and IPv6 prefixes are left out.
/// </summary>
internal static class RouteFile
{
    private const byte GzipFirst = 0x1f;
    private const byte GzipSecond = 0x8b;

    /// <summary>Reads the prefixes and gives each an adjacency from 1 to <paramref name="nextHops"/>, the same ones each time.</summary>
    /// <exception cref="BenchException">The file cannot be read, a line is no prefix (named as file:line), or there is no IPv4 prefix.</exception>
    public static List<KeyValuePair<IPv4Prefix, int>> Read(string path, int nextHops)
    {
        var number = 0;
        try
        {
            using var text = new StreamReader(Open(path));
            var random = new Random(1);
            var routes = new List<KeyValuePair<IPv4Prefix, int>>();
            while (text.ReadLine() is { } line)
            {
                number++;
                var content = line.AsSpan().Trim();
                if (content.IsEmpty || content[0] == '#' || IsIPv6(content))
                    continue;
                if (!IPv4Prefix.TryParse(content, out var prefix))
                    throw new BenchException($"{path}:{number}: '{Shortened(content)}' is not an IPv4 prefix such as 192.0.2.0/24");
                routes.Add(KeyValuePair.Create(prefix, random.Next(1, nextHops + 1)));
            }

            return routes.Count > 0 ? routes : throw new BenchException($"{path}: there is no IPv4 prefix in it");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BenchException($"{path}: there is no such file");
        }
        catch (InvalidDataException e)
        {
            throw new BenchException($"{path}:{number + 1}: the gzip data is damaged: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchException($"{path}: cannot be read: {e.Message}");
        }
    }

    private static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var isGzip = file.ReadByte() == GzipFirst && file.ReadByte() == GzipSecond;
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static bool IsIPv6(ReadOnlySpan<char> text) => text.Contains(':') && IPNetwork.TryParse(text, out _);

    private static string Shortened(ReadOnlySpan<char> text) => text.Length > 40 ? $"{text[..40]}..." : text.ToString();
}
