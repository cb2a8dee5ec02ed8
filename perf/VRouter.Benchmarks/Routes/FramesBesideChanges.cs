using System.Diagnostics;
using VRouter.Host.Bench;
using VRouter.Host.Routing;

namespace VRouter.Benchmarks.Routes;

/// <summary>What a frame costs the worker while another thread changes routes: phases with and without changes alternate, so that noise meets both.</summary>
internal sealed class FramesBesideChanges(LiveRouter router)
{
    private const int Rounds = 15;
    private const int WarmUpRounds = 2;
    private const int PassesPerSample = 20;
    private static readonly TimeSpan Phase = TimeSpan.FromMilliseconds(100);

    private int rate;
    private bool stop;

    /// <summary>Nanoseconds for each frame, making it included, for each rate of changes a second.</summary>
    public Dictionary<int, Spread> Measure(int[] rates, int core)
    {
        using var port = new RepeatedFrames(router.Prefixes);
        router.ResolveNextHops();
        router.Worker.AttachPort(0, port);
        var changer = new Thread(ChangeRoutes);
        changer.Start();
        try
        {
            return PinnedThread.Run(core, () => Phases(port, rates));
        }
        finally
        {
            Volatile.Write(ref stop, true);
            changer.Join();
        }
    }

    private Dictionary<int, Spread> Phases(RepeatedFrames port, int[] rates)
    {
        var samples = rates.ToDictionary(each => each, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var now in round % 2 == 0 ? rates : rates.Reverse())
            {
                Volatile.Write(ref rate, now);
                var phase = OnePhase(port);
                if (round >= WarmUpRounds)
                    samples[now].AddRange(phase);
            }
        }

        return samples.ToDictionary(each => each.Key, each => Spread.Of(each.Value));
    }

    private List<double> OnePhase(RepeatedFrames port)
    {
        var samples = new List<double>();
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Phase;)
        {
            var from = Stopwatch.GetTimestamp();
            var sent = port.Sent;
            var received = 0;
            for (var pass = 0; pass < PassesPerSample; pass++)
                received += router.Worker.RunOnce(1);
            samples.Add(Stopwatch.GetElapsedTime(from).TotalNanoseconds / received);
            if (port.Sent - sent != received)
                throw new InvalidOperationException("Not every frame was forwarded; the benchmark would not measure what it names.");
        }

        return samples;
    }

    private void ChangeRoutes()
    {
        var random = new Random(3);
        var (start, done, last) = (Stopwatch.GetTimestamp(), 0L, 0);
        while (!Volatile.Read(ref stop))
        {
            var now = Volatile.Read(ref rate);
            if (now != last)
                (start, done, last) = (Stopwatch.GetTimestamp(), 0, now);
            var due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * now);
            for (; done < due; done++)
                router.Table.Set(new Route(router.Prefixes[random.Next(router.Prefixes.Length)], LiveRouter.NextHops[random.Next(LiveRouter.HopsInUse)], LiveRouter.Source));
            Thread.Sleep(1);
        }
    }
}
