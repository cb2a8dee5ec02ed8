using System.Diagnostics;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Io.Linux;

namespace VRouter.Host.Bench.Lpm;

/// <summary>Measures a trie with given routes and traffic, on one thread; rates are millions of lookups per second of processor time.</summary>
internal sealed class LpmMeasurement
{
    /// <summary>Lookups that are timed together; traffic comes in multiples of it.</summary>
    public const int Window = 1 << 16;

    /// <summary>Addresses of one call.</summary>
    public const int BatchSize = 256;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UpdateTime = TimeSpan.FromSeconds(2);

    private readonly LpmData data;
    private readonly Quiescence quiescence = new();
    private readonly MultibitTrie trie;
    private readonly int[] results = new int[BatchSize];

    public LpmMeasurement(LpmData data)
    {
        this.data = data;
        MultibitTrie.Build(data.Routes);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = ThreadClock.Now();
        trie = MultibitTrie.Build(data.Routes, quiescence);
        BuildSeconds = (ThreadClock.Now() - start) / 1e9;
        MemoryBytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        WarmUp();
    }

    /// <summary>Processor time to build the trie from a list of routes.</summary>
    public double BuildSeconds { get; }

    /// <summary>What the trie holds, the control side's copy included.</summary>
    public long MemoryBytes { get; }

    /// <summary>What readers touch, room to grow included.</summary>
    public long ReaderBytes => trie.ReaderBytes;

    /// <summary>Looks all addresses of a traffic up once, in batches of 256.</summary>
    /// <returns>A rate for each <see cref="Window"/>.</returns>
    public IReadOnlyList<double> Batches(string traffic)
    {
        var addresses = data.Traffic[traffic];
        var rates = new List<double>();
        for (var from = 0; from + Window <= addresses.Length; from += Window)
            rates.Add(RateOf(addresses.AsSpan(from, Window)));
        return rates;
    }

    /// <summary>Nanoseconds of a lookup whose address depends on the last one's result.</summary>
    public double Dependent()
    {
        var addresses = data.Traffic[LpmData.Uniform];
        var count = Math.Min(addresses.Length, 1 << 19);
        var last = 0;
        var start = ThreadClock.Now();
        for (var i = 0; i < count; i++)
            last = trie.Lookup(new IPv4Address(addresses[i] ^ ((uint)last >> 24)));
        return (ThreadClock.Now() - start) / (double)count;
    }

    /// <summary>
    /// Microseconds of single updates of random routes, in turn a new adjacency, a removal, and the route again: of 90,000, or of as many as two seconds take.
    /// </summary>
    public UpdateTimes Updates()
    {
        const int Count = 90_000;
        var random = new Random(3);
        var times = new List<double>(Count);
        var begun = Stopwatch.GetTimestamp();
        while (times.Count < Count && Stopwatch.GetElapsedTime(begun) < UpdateTime)
        {
            var (prefix, adjacency) = data.Routes[random.Next(data.Routes.Count)];
            times.Add(Timed(() => trie.Set(prefix, adjacency + 1)));
            times.Add(Timed(() => trie.Remove(prefix)));
            times.Add(Timed(() => trie.Set(prefix, adjacency)));
        }

        times.Sort();
        return new UpdateTimes(times.Count, times[times.Count / 2], times[times.Count * 99 / 100], times[^1]);

        static double Timed(Action update)
        {
            var start = Stopwatch.GetTimestamp();
            update();
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
    }

    /// <summary>
    /// How much longer a lookup takes while another thread makes 10,000 updates a second: the ratio of medians over alternating windows, less one.
    /// </summary>
    /// <param name="phases">An even number of tenths of a second, half of them with updates.</param>
    /// <param name="cores">The cores of the updating thread.</param>
    /// <returns>The slow-down, and the updates made for each second.</returns>
    public (double Slowdown, double UpdatesPerSecond) Disturbed(int phases, int[] cores)
    {
        const int PhaseMilliseconds = 100;
        const int UpdatesPerMillisecond = 10;
        var addresses = data.Traffic[LpmData.Uniform];
        var stop = false;
        var writing = false;
        long updates = 0;
        var writer = new Thread(() =>
        {
            // A thread begins with the affinity of the one that made it.
            ThreadAffinity.Set(cores).OrThrow();
            var random = new Random(4);
            var last = Stopwatch.GetTimestamp();
            while (!Volatile.Read(ref stop))
            {
                Thread.Sleep(1);
                var due = (int)(Stopwatch.GetElapsedTime(last).TotalMilliseconds * UpdatesPerMillisecond);
                last = Stopwatch.GetTimestamp();
                for (var i = 0; i < due && Volatile.Read(ref writing); i++)
                {
                    var (prefix, adjacency) = data.Routes[random.Next(data.Routes.Count)];
                    trie.Set(prefix, adjacency + (int)(updates++ & 1));
                }
            }
        });
        writer.Start();
        using var slot = quiescence.Register();
        List<double>[] rates = [[], []];
        for (var phase = 0; phase < phases; phase++)
        {
            Volatile.Write(ref writing, phase % 2 == 1);
            var start = Stopwatch.GetTimestamp();
            for (var from = 0; Stopwatch.GetElapsedTime(start).TotalMilliseconds < PhaseMilliseconds; from = (from + Window) % addresses.Length)
            {
                rates[phase % 2].Add(RateOf(addresses.AsSpan(from, Window)));
                slot.Report();
            }
        }

        Volatile.Write(ref stop, true);
        writer.Join();
        return ((Median(rates[0]) / Median(rates[1])) - 1, updates * 2000.0 / (phases * PhaseMilliseconds));
    }

    // Until the just-in-time compiler has replaced its first code.
    private void WarmUp()
    {
        var addresses = data.Traffic[LpmData.Uniform];
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUpTime;)
        {
            RateOf(addresses.AsSpan(0, Window));
            Thread.Sleep(5);
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private double RateOf(ReadOnlySpan<uint> addresses)
    {
        var start = ThreadClock.Now();
        for (var from = 0; from < addresses.Length; from += BatchSize)
            trie.Lookup(addresses.Slice(from, BatchSize), results);
        return addresses.Length * 1e3 / (ThreadClock.Now() - start);
    }
}
