using System.Diagnostics;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Benchmarks.Lpm;

/// <summary>Measures a trie with given routes and traffic, on one thread; rates are millions of lookups per second of processor time.</summary>
internal sealed class LpmMeasurement
{
    private const int BatchSize = 256;
    private const int Window = 1 << 16;
    private const int Passes = 3;

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

    /// <summary>Batches of 256: median and 90th percentile of the rates of windows of 65,536 lookups.</summary>
    public (double Median, double High) Batches(string traffic)
    {
        var addresses = data.Traffic[traffic];
        var rates = new List<double>();
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var from = 0; from + Window <= addresses.Length; from += Window)
                rates.Add(RateOf(addresses.AsSpan(from, Window)));
        }

        rates.Sort();
        return (rates[rates.Count / 2], rates[rates.Count * 9 / 10]);
    }

    /// <summary>Nanoseconds of a lookup whose address depends on the last one's result; the best of five runs.</summary>
    public double Dependent()
    {
        const int Count = 1 << 19;
        var addresses = data.Traffic[LpmData.Uniform];
        var best = double.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            var last = 0;
            var start = ThreadClock.Now();
            for (var i = 0; i < Count; i++)
                last = trie.Lookup(new IPv4Address(addresses[i] ^ ((uint)last >> 24)));
            best = Math.Min(best, (ThreadClock.Now() - start) / (double)Count);
        }

        return best;
    }

    /// <summary>Microseconds of single updates of random routes, in turn a new adjacency, a removal, and the route again: median, 99th percentile and longest.</summary>
    public (double Median, double High, double Longest) Updates()
    {
        const int Count = 90_000;
        var random = new Random(3);
        var times = new double[Count];
        for (var i = 0; i < Count; i += 3)
        {
            var (prefix, adjacency) = data.Routes[random.Next(data.Routes.Count)];
            times[i] = Timed(() => trie.Set(prefix, adjacency + 1));
            times[i + 1] = Timed(() => trie.Remove(prefix));
            times[i + 2] = Timed(() => trie.Set(prefix, adjacency));
        }

        Array.Sort(times);
        return (times[Count / 2], times[Count * 99 / 100], times[^1]);

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
    /// <returns>The slow-down, and the updates made for each second.</returns>
    public (double Slowdown, double UpdatesPerSecond) Disturbed()
    {
        const int Phases = 40;
        const int PhaseMilliseconds = 100;
        const int UpdatesPerMillisecond = 10;
        var addresses = data.Traffic[LpmData.Uniform];
        var stop = false;
        var writing = false;
        long updates = 0;
        var writer = new Thread(() =>
        {
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
        for (var phase = 0; phase < Phases; phase++)
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
        return ((Median(rates[0]) / Median(rates[1])) - 1, updates * 2000.0 / (Phases * PhaseMilliseconds));
    }

    // Until the just-in-time compiler has replaced its first code.
    private void WarmUp()
    {
        var addresses = data.Traffic[LpmData.Uniform];
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 1;)
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
