using VRouter.Host.Lab;

namespace VRouter.Host.Bench.Io;

/// <summary>
/// Measures a router over real interfaces, beside other forwarders in equal networks and in turns, so that what disturbs the machine disturbs all of them.
/// </summary>
internal sealed class IoBench(IoSettings settings, IoProgress progress)
{
    // The just-in-time compiler exchanges hot code in the background, later on a busy machine: it is done when the rate no longer grows.
    private const int MostWarmUps = 8;
    private const double Growth = 1.05;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.7);
    private readonly NoiseMeter noise = new();
    private readonly List<string> notes = [];
    private readonly List<Station> stations = [];
    private readonly Dictionary<string, PairResults> pairs = [];

    private TimeSpan RoundTime => TimeSpan.FromSeconds((double)settings.Seconds / settings.Rounds);

    // Short ones, since there are many; but long enough that a burst is no trial.
    private TimeSpan TrialTime => TimeSpan.FromSeconds(Math.Max(0.1, settings.Seconds / 6.0));

    /// <summary>Steps that are announced for these settings.</summary>
    public static int StepsOf(IoSettings settings)
    {
        var forwarders = 1 + (settings.Record ? 1 : 0) + settings.Programs.Count + (settings.Kernel ? 2 : 0);
        return (forwarders * (3 + settings.Rounds + LosslessSearch.Steps)) + 1 + (settings.Kernel ? 8 : 4);
    }

    /// <summary>Runs all measurements; nothing is left of them, however it ends.</summary>
    /// <exception cref="LabException">The host refused, or a forwarder does not forward.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IoReport> RunAsync(CancellationToken cancellation)
    {
        var begun = DateTimeOffset.UtcNow;
        using var alone = await IoLab.BeginAsync().ConfigureAwait(false);
        List<ForwarderReport> forwarders;
        string method;
        try
        {
            await OpenAsync(cancellation).ConfigureAwait(false);
            method = stations[0].SendMethod;
            forwarders = await MeasureOneWayAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            foreach (var station in stations)
                await station.DisposeAsync().ConfigureAwait(false);
        }

        await MeasurePairsAsync(cancellation).ConfigureAwait(false);
        forwarders = [.. forwarders.Select(forwarder => pairs.TryGetValue(forwarder.Name, out var pair)
            ? forwarder with { Ping = pair.Ping, Udp = pair.Udp, TcpBitsPerSecond = pair.TcpBitsPerSecond } : forwarder)];
        var setup = new IoSetup(
            settings.Driver.Name,
            settings.Mode.ToString().ToLowerInvariant(),
            settings.FrameSize,
            settings.Flows,
            settings.Seconds,
            settings.Rounds,
            method,
            settings.SenderCore,
            settings.RouterCore,
            settings.Record);
        return new IoReport("io", begun, HostFacts.Read(), setup, noise.Report(), forwarders, [.. forwarders.Skip(1).Select(other => RatioReport.Of(forwarders[0], other))], notes);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        await AddAsync("router", await RouterForwarder.StartAsync(settings, null, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        if (settings.Record)
            await AddAsync("recording router", await RouterForwarder.StartAsync(settings, TemporaryRecording.Create(), cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var (number, program) in settings.Programs.Index())
            await AddAsync(program, await ProgramForwarder.StartAsync(program, number, settings, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        if (!settings.Kernel)
            return;
        if (await KernelForwarder.RefusalAsync(settings.Mode, cancellation).ConfigureAwait(false) is { } refusal)
        {
            notes.Add($"{refusal}, so that there is no kernel to compare with in this mode");
            return;
        }

        if (await KernelForwarder.StartAsync(settings, ownCore: true, cancellation).ConfigureAwait(false) is { } own)
            await AddAsync(own.Name, own).ConfigureAwait(false);
        else
            notes.Add("this kernel cannot poll a veth pair on another core, so that it forwards on the sender's core only");
        var shared = (await KernelForwarder.StartAsync(settings, ownCore: false, cancellation).ConfigureAwait(false))!;
        await AddAsync(shared.Name, shared).ConfigureAwait(false);
    }

    private async Task AddAsync(string name, IForwarder forwarder)
    {
        progress.Begin($"{name}: network");
        stations.Add(await Station.OpenAsync(forwarder, settings).ConfigureAwait(false));
        forwarder.Take(turn: false);
    }

    private async Task<List<ForwarderReport>> MeasureOneWayAsync(CancellationToken cancellation)
    {
        foreach (var station in stations)
        {
            progress.Begin($"{station.Forwarder.Name}: what arrives is right");
            await station.VerifyAsync(cancellation).ConfigureAwait(false);
        }

        progress.Begin("warming up");
        foreach (var station in stations)
            await WarmUpAsync(station, cancellation).ConfigureAwait(false);
        var trials = stations.ConvertAll(_ => new List<IoTrial>());
        var processor = stations.ConvertAll(_ => new List<(double? Own, double? Other)>());
        Calibrate();
        for (var round = 0; round < settings.Rounds; round++)
        {
            foreach (var (index, station) in stations.Index())
            {
                progress.Begin($"{station.Forwarder.Name}: as fast as it goes, round {round + 1} of {settings.Rounds}");
                trials[index].Add(await station.MeasureAsync(null, RoundTime, explain: true, cancellation).ConfigureAwait(false));
                processor[index].Add(await station.MeasureProcessorAsync(RoundTime, cancellation).ConfigureAwait(false));
                Calibrate();
            }
        }

        var reports = new List<ForwarderReport>();
        foreach (var (index, station) in stations.Index())
        {
            var rate = await FindLosslessAsync(station, Spread.Of(trials[index].Select(trial => trial.ReceivedRate)).Max, cancellation).ConfigureAwait(false);
            progress.Begin($"{station.Forwarder.Name}: what arrives is still right");
            await station.VerifyAsync(cancellation).ConfigureAwait(false);
            var report = await DescribeAsync(station, trials[index], processor[index], rate, cancellation).ConfigureAwait(false);
            reports.Add(station.Forwarder is RouterForwarder { IsRecording: true } router
                ? report with { Recording = await router.CostAsync(processor[index], processor[0], cancellation).ConfigureAwait(false) } : report);
        }

        return reports;
    }

    private static async Task WarmUpAsync(Station station, CancellationToken cancellation)
    {
        var (best, since) = (0.0, 0);
        for (var i = 0; i < MostWarmUps && since < 2; i++)
        {
            var rate = (await station.MeasureAsync(null, WarmUp, explain: false, cancellation).ConfigureAwait(false)).ReceivedRate;
            since = rate > best * Growth ? 0 : since + 1;
            best = Math.Max(best, rate);
        }
    }

    private async Task<double> FindLosslessAsync(Station station, double ceiling, CancellationToken cancellation)
    {
        var found = await LosslessSearch.RunAsync(ceiling, async rate =>
        {
            progress.Begin($"{station.Forwarder.Name}: {rate / 1e6:0.000} million frames a second");
            var trial = await station.MeasureAsync(rate, TrialTime, explain: false, cancellation).ConfigureAwait(false);
            // The sender's own core may not reach the rate; then the rate is not one that has passed.
            return trial.Received == trial.Sent && trial.SentRate > rate * 0.98;
        }).ConfigureAwait(false);
        return Math.Round(found);
    }

    private async Task<ForwarderReport> DescribeAsync(Station station, List<IoTrial> trials, List<(double? Own, double? Other)> processor, double lossless, CancellationToken cancellation)
    {
        var tells = station.Forwarder is RouterForwarder;
        var losses = trials.SelectMany(trial => trial.Losses).GroupBy(loss => loss.Key).ToDictionary(loss => loss.Key, loss => loss.Sum(one => one.Value));
        return new ForwarderReport(
            station.Forwarder.Name,
            station.Forwarder.Remark,
            station.Verified,
            Rounded(trials.Select(trial => trial.SentRate)),
            Rounded(trials.Select(trial => trial.ReceivedRate)),
            trials.Sum(trial => trial.Sent),
            trials.Sum(trial => trial.Received),
            trials.Sum(trial => trial.Sent - trial.Received),
            losses,
            tells ? trials.Sum(trial => trial.Unexplained) : null,
            lossless,
            processor.Min(round => round.Own) is { } least ? Math.Round(least, 1) : null,
            null,
            null,
            null,
            tells ? await IdleAsync((RouterForwarder)station.Forwarder, cancellation).ConfigureAwait(false) : null);
    }

    private async Task<double> IdleAsync(RouterForwarder router, CancellationToken cancellation)
    {
        progress.Begin($"{router.Name}: idle");
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation).ConfigureAwait(false);
        var (before, start) = (router.WholeProcessorTime(), TimeProvider.System.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(settings.Seconds), cancellation).ConfigureAwait(false);
        return Math.Round((router.WholeProcessorTime() - before) / TimeProvider.System.GetElapsedTime(start).TotalNanoseconds * 100, 2);
    }

    private async Task MeasurePairsAsync(CancellationToken cancellation)
    {
        if (!TcpThroughput.IsInstalled)
            notes.Add("iperf3 is not installed, so that TCP was not measured");
        var names = stations.ConvertAll(station => station.Forwarder.Name);
        await MeasurePairAsync(
            names[0], "router-pair", folder => IoNetwork.WithRouter(settings.Mode, bothWays: true, settings.Driver, folder), cancellation).ConfigureAwait(false);
        if (stations.Find(station => station.Forwarder is KernelForwarder) is { } kernel)
        {
            await MeasurePairAsync(
                kernel.Forwarder.Name,
                "kernel-pair",
                folder => (IoNetwork.WithKernel(settings.Mode, bothWays: true, folder), new Dictionary<string, string>()),
                cancellation).ConfigureAwait(false);
        }
    }

    private async Task MeasurePairAsync(
        string name, string label, Func<string, (Topology Topology, IReadOnlyDictionary<string, string> Files)> network, CancellationToken cancellation)
    {
        progress.Begin($"{name}: two nodes");
        var lab = await IoLab.BuildAsync(label, network, cancellation).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            progress.Begin($"{name}: round trips of ping");
            var ping = await Task.Run(() => RoundTrips.Ping(lab, TimeSpan.FromSeconds(settings.Seconds), cancellation), cancellation).ConfigureAwait(false);
            progress.Begin($"{name}: round trips of UDP");
            var udp = await Task.Run(() => RoundTrips.Udp(lab, TimeSpan.FromSeconds(settings.Seconds), cancellation), cancellation).ConfigureAwait(false);
            double? tcp = null;
            if (TcpThroughput.IsInstalled)
            {
                progress.Begin($"{name}: TCP");
                (tcp, var problem) = await TcpThroughput.MeasureAsync(lab, settings.Seconds, cancellation).ConfigureAwait(false);
                if (problem is not null)
                    notes.Add($"{name}: TCP was not measured: {problem}");
            }

            if (ping is null || udp is null)
                notes.Add($"{name}: no answer came back over two nodes");
            pairs[name] = new PairResults(ping, udp, tcp);
        }
    }

    private void Calibrate() => PinnedThread.Run(settings.RouterCore, () =>
    {
        noise.Calibrate();
        return true;
    });

    private static Spread Rounded(IEnumerable<double> rates) => Spread.Of(rates.Select(rate => Math.Round(rate)));
}
