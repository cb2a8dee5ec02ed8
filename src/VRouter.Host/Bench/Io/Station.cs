using VRouter.Core.Wire;
using VRouter.Host.Lab;
using VRouter.Io.Traffic;

namespace VRouter.Host.Bench.Io;

/// <summary>A forwarder with all that measures it: a sender in the pod, counters on the way, and the far end.</summary>
internal sealed class Station : IAsyncDisposable
{
    private const int CheckedFrames = 64;
    private const double CheckRate = 1000;
    private const int MostChecks = 8;
    private const int MostLooks = 10;
    private const int QuietLooks = 3;
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestSettle = TimeSpan.FromMilliseconds(500);

    // The router asks the kernel for its ring's losses every 100 ms, and looks at least every 50 ms.
    private static readonly TimeSpan CountersAge = TimeSpan.FromMilliseconds(200);

    private readonly IoSettings settings;
    private readonly byte[][] frames;
    private readonly IFrameSender sender;
    private readonly FarEnd far;
    private readonly InterfaceCounters pod, node;

    private Station(IForwarder forwarder, IoSettings settings, byte[][] frames, IFrameSender sender)
    {
        Forwarder = forwarder;
        this.settings = settings;
        this.frames = frames;
        this.sender = sender;
        pod = InterfaceCounters.Open(forwarder.Lab.Namespace(IoNetwork.Pod), IoNetwork.Out);
        node = InterfaceCounters.Open(forwarder.Lab.Namespace(IoNetwork.Node), IoNetwork.Out);
        far = FarEnd.Open(forwarder.Lab.Namespace(IoNetwork.Far), IoNetwork.Out);
    }

    /// <summary>What is measured.</summary>
    public IForwarder Forwarder { get; }

    /// <summary>How frames are sent.</summary>
    public string SendMethod => sender.Method;

    /// <summary>Frames whose encapsulation was found right.</summary>
    public int Verified { get; private set; }

    /// <summary>Makes ready to measure a forwarder, of which the station disposes.</summary>
    /// <exception cref="LabException">The host refused; the forwarder is disposed of.</exception>
    public static async Task<Station> OpenAsync(IForwarder forwarder, IoSettings settings)
    {
        try
        {
            var frames = TestFrames.Make(settings, MacAddress.WorkloadGateway);
            if (!FrameSender.Open(IoNetwork.Out, forwarder.Lab.Namespace(IoNetwork.Pod), frames).TryGet(out var sender, out var error))
                throw new LabException($"cannot send frames: {error}");
            return new Station(forwarder, settings, frames, sender);
        }
        catch
        {
            await forwarder.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Sends a few frames slowly and looks at each that arrives. On a busy machine the forwarder may not get its core meanwhile, or still hold frames of the trial before: so where only the
    /// number is not right, they are sent again, a few times, before it counts as an error.
    /// </summary>
    /// <exception cref="LabException">A frame is wrong, or each time one is missing or too many.</exception>
    public async Task VerifyAsync(CancellationToken cancellation)
    {
        using var turn = new Turn(Forwarder);
        // The first may be held until ARP has told the next hop.
        Run(CheckRate, TimeSpan.FromMilliseconds(100), cancellation);
        for (var attempt = 1; ; attempt++)
        {
            await SettleAsync(cancellation).ConfigureAwait(false);
            var (sent, received) = await CheckAsync(cancellation).ConfigureAwait(false);
            Verified += received;
            if (received == sent)
                return;
            if (attempt == MostChecks)
                throw new LabException($"{Forwarder.Name}: of {sent} frames sent slowly {received} arrived, and it was no better in {MostChecks - 1} tries before");
            await Task.Delay(LongestSettle, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Sends frames and counts what becomes of them.</summary>
    /// <param name="framesPerSecond">The rate; null: as fast as they go.</param>
    /// <param name="duration">How long.</param>
    /// <param name="explain">True to ask for the reasons of losses too, which takes longer.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IoTrial> MeasureAsync(double? framesPerSecond, TimeSpan duration, bool explain, CancellationToken cancellation)
    {
        using var turn = new Turn(Forwarder);
        if (explain)
        {
            // What is still under way, and losses that are not counted yet, belong to the trial before.
            await SettleAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(CountersAge, cancellation).ConfigureAwait(false);
        }

        var before = await LossesAsync(explain, cancellation).ConfigureAwait(false);
        var (arrived, busy, other) = (far.Received, Forwarder.ProcessorTime(), Forwarder.OtherProcessorTime());
        var (sent, seconds) = Run(framesPerSecond, duration, cancellation);
        var (busyAfter, otherAfter) = (Forwarder.ProcessorTime(), Forwarder.OtherProcessorTime());
        for (var look = 0; ; look++)
        {
            await SettleAsync(cancellation).ConfigureAwait(false);
            if (explain)
                await Task.Delay(CountersAge, cancellation).ConfigureAwait(false);
            var after = await LossesAsync(explain, cancellation).ConfigureAwait(false);
            var losses = after.Select(loss => KeyValuePair.Create(loss.Key, loss.Value - before.GetValueOrDefault(loss.Key))).Where(loss => loss.Value != 0);
            var trial = new IoTrial(sent, far.Received - arrived, seconds, busyAfter - busy, otherAfter - other, losses.ToDictionary());
            // On a busy machine the forwarder may not have had its core for a while.
            if (!explain || !Forwarder.Explains || trial.Unexplained <= 0 || look == MostLooks)
                return trial;
        }
    }

    /// <summary>
    /// What a frame takes of the forwarder's core, in nanoseconds. The sender alone may not keep it busy, and then it would count how long it looks for frames; so for this a thread of the same
    /// priority takes half of the core.
    /// </summary>
    /// <returns>Of its threads on that core, and of those that work for it elsewhere; null where there are none, or nothing arrived.</returns>
    public async Task<(double? Own, double? Other)> MeasureProcessorAsync(TimeSpan duration, CancellationToken cancellation)
    {
        using var ended = new CancellationTokenSource();
        var rival = new Thread(() => PinnedThread.Run(settings.RouterCore, () => Burn(ended.Token))) { IsBackground = true, Name = "rival" };
        rival.Start();
        try
        {
            var trial = await MeasureAsync(null, duration, explain: false, cancellation).ConfigureAwait(false);
            return trial.Received > 0 ? ((double?)trial.ProcessorNanoseconds / trial.Received, (double?)trial.OtherNanoseconds / trial.Received) : (null, null);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            rival.Join();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        sender.Dispose();
        far.Dispose();
        pod.Dispose();
        node.Dispose();
        await Forwarder.DisposeAsync().ConfigureAwait(false);
    }

    private static bool Burn(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
            Thread.SpinWait(1);
        return true;
    }

    private static bool IsNoArp(byte[] frame) => EthernetHeader.At(frame).Type != EtherType.Arp;

    private (long Sent, double Seconds) Run(double? framesPerSecond, TimeSpan duration, CancellationToken cancellation) =>
        PinnedThread.Run(settings.SenderCore, () => Pacing.Send(sender, framesPerSecond, duration, cancellation));

    private async Task<(long Sent, int Received)> CheckAsync(CancellationToken cancellation)
    {
        var capture = new Capture("far", Forwarder.Lab.Namespace(IoNetwork.Far), IoNetwork.Out);
        long sent;
        using (CaptureSession.Start(capture))
        {
            (sent, _) = Run(CheckRate, TimeSpan.FromSeconds(CheckedFrames / CheckRate), cancellation);
            await SettleAsync(cancellation).ConfigureAwait(false);
        }

        var received = capture.Frames.Select(frame => frame.Data).Where(IsNoArp).ToList();
        var wrong = received.Select(frame => TestFrames.Check(frame, Forwarder.Mode, frames, Forwarder.Routes)).FirstOrDefault(problem => problem is not null);
        return wrong is null ? (sent, received.Count) : throw new LabException($"{Forwarder.Name}: a frame arrived that must not: {wrong}");
    }

    private async Task<Dictionary<string, long>> LossesAsync(bool explain, CancellationToken cancellation)
    {
        if (!explain)
            return [];
        var losses = new Dictionary<string, long>(await Forwarder.DropsAsync(cancellation).ConfigureAwait(false))
        {
            ["kernel-to-node"] = pod.Read().TransmitDrops,
            ["kernel-to-far"] = node.Read().TransmitDrops,
        };
        return losses;
    }

    private async Task SettleAsync(CancellationToken cancellation)
    {
        var (last, quiet) = (far.Received, 0);
        for (var waited = TimeSpan.Zero; waited < LongestSettle && quiet < QuietLooks; waited += Settle)
        {
            await Task.Delay(Settle, cancellation).ConfigureAwait(false);
            var now = far.Received;
            quiet = now == last ? quiet + 1 : 0;
            last = now;
        }
    }

    private sealed class Turn : IDisposable
    {
        private readonly IForwarder forwarder;

        public Turn(IForwarder forwarder)
        {
            this.forwarder = forwarder;
            forwarder.Take(turn: true);
        }

        public void Dispose() => forwarder.Take(turn: false);
    }
}
