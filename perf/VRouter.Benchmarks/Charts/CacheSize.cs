namespace VRouter.Benchmarks.Charts;

/// <summary>A data cache of the measured core.</summary>
/// <param name="Level">1 to 3.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record CacheSize(int Level, long Bytes)
{
    /// <summary>The caches as Linux tells them, smallest first; none where it does not.</summary>
    public static IReadOnlyList<CacheSize> Read(int core)
    {
        var directory = $"/sys/devices/system/cpu/cpu{core}/cache";
        if (!Directory.Exists(directory))
            return [];
        return [.. Directory.GetDirectories(directory, "index*")
            .Where(cache => Text(cache, "type") != "Instruction")
            .Select(cache => new CacheSize(int.Parse(Text(cache, "level")), 1024 * long.Parse(Text(cache, "size").TrimEnd('K'))))
            .OrderBy(cache => cache.Level)];
    }

    private static string Text(string cache, string name) => File.ReadAllText(Path.Combine(cache, name)).Trim();
}
