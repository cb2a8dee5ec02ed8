using System.Runtime.InteropServices;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Bench.Lpm;

/// <summary>
/// Routes and addresses as files of 32-bit numbers, so that another program can be measured with the same ones: <c>routes.bin</c> (network, length, adjacency),
/// <c>uniform.bin</c> (every covered address equally likely) and <c>zipf-N.bin</c> (N of those destinations, the k-th with a weight of 1/k).
/// </summary>
internal sealed record LpmData(List<KeyValuePair<IPv4Prefix, int>> Routes, IReadOnlyDictionary<string, uint[]> Traffic)
{
    public const string Uniform = "uniform";

    /// <summary>As many addresses as the first caches hold by no means.</summary>
    public const int UsualAddresses = 1 << 22;

    private const string ZipfPrefix = "zipf-";
    private static readonly int[] ZipfDestinations = [1_000, 10_000, 100_000, 1_000_000, UsualAddresses];

    /// <summary>The name of the traffic to a number of destinations.</summary>
    public static string Zipf(int destinations) => ZipfPrefix + destinations;

    /// <summary>The number of destinations of a traffic; null: as many as there are addresses.</summary>
    public static int? DestinationsOf(string traffic) => traffic.StartsWith(ZipfPrefix, StringComparison.Ordinal) ? int.Parse(traffic[ZipfPrefix.Length..]) : null;

    /// <summary>Draws the traffic, <paramref name="count"/> addresses of each kind; kinds with more destinations than that are left out.</summary>
    public static LpmData Draw(List<KeyValuePair<IPv4Prefix, int>> routes, int count = UsualAddresses)
    {
        var random = new Random(2);
        var space = new CoveredSpace(routes.Select(route => route.Key));
        var uniform = new uint[count];
        for (var i = 0; i < uniform.Length; i++)
            uniform[i] = space.Draw(random);
        var traffic = new SortedDictionary<string, uint[]> { [Uniform] = uniform };
        foreach (var destinations in ZipfDestinations.Where(destinations => destinations <= count))
            traffic.Add(Zipf(destinations), Repeated(uniform, destinations, random));
        return new LpmData(routes, traffic);
    }

    public static LpmData Load(string directory) => new(
        [.. Words(Path.Combine(directory, "routes.bin")).Chunk(3)
            .Select(words => KeyValuePair.Create(new IPv4Prefix(new IPv4Address(words[0]), (int)words[1]), (int)words[2]))],
        new SortedDictionary<string, uint[]>(Directory.GetFiles(directory, "*.bin")
            .Where(file => Path.GetFileName(file) != "routes.bin")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), Words)));

    public void Save(string directory)
    {
        Directory.CreateDirectory(directory);
        Write("routes", [.. Routes.SelectMany(route => new[] { route.Key.Network.Value, (uint)route.Key.Length, (uint)route.Value })]);
        foreach (var (name, addresses) in Traffic)
            Write(name, addresses);

        void Write(string name, uint[] words) => File.WriteAllBytes(Path.Combine(directory, name + ".bin"), MemoryMarshal.AsBytes(words.AsSpan()));
    }

    private static uint[] Words(string path) => MemoryMarshal.Cast<byte, uint>(File.ReadAllBytes(path)).ToArray();

    private static uint[] Repeated(uint[] destinations, int count, Random random)
    {
        var sums = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
            sums[rank] = sum += 1.0 / (rank + 1);
        var addresses = new uint[destinations.Length];
        for (var i = 0; i < addresses.Length; i++)
        {
            var rank = Array.BinarySearch(sums, random.NextDouble() * sum);
            addresses[i] = destinations[Math.Min(rank < 0 ? ~rank : rank, count - 1)];
        }

        return addresses;
    }
}
