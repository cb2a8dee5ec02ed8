using VRouter.Core.Graph;
using VRouter.Host.Recording;
using VRouter.Host.Replay;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Tests.Recording;

/// <summary>A router on the demo's traffic with faults injected, recorded and replayed: the same bytes, counters and trace.</summary>
public sealed class RecordAndReplayTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrouter-record").FullName;

    private string File1 => Path.Combine(folder, "one.pcapng");

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(2, 3, true)]
    [InlineData(3, 4, true)]
    public void Replay_FaultsAndChanges_SameOutputCountersAndTrace(int workers, int seed, bool fused)
    {
        List<TraceStep> traced;
        List<byte[]> counters;
        long sent;
        using (var router = new RecordedRouter(workers, seed, fused, File1))
        {
            router.Run(1000);
            (traced, counters, sent) = ([.. router.Trace], router.Counters(), router.Sent.Count);
            Assert.All(Demanded(workers), reason => Assert.True(router.Workers.Any(worker => worker.Engine.Counters.DropsOf(reason) > 0), $"no frame was dropped for {reason}"));
            Assert.Null(router.Recording.Failure);
        }

        Assert.True(sent > 1500, $"{sent} frames were sent");
        var steps = new List<TraceStep>();
        var view = RecordingReplay.Run(new RecordingReplayOptions { Input = File1 }, new ReplayTrace(steps.Add) { IsAsRecorded = true });
        Assert.Null(view.Difference);
        Assert.True(view.IsIdentical && view.IsComplete, view.End);
        Assert.True(traced.Count > 500);
        // Within a worker in order; workers come chunk by chunk.
        for (uint worker = 0; worker < workers; worker++)
        {
            var (then, now) = (traced.Where(step => step.Frame >> 24 == worker).ToList(), steps.Where(step => step.Frame >> 24 == worker).ToList());
            Assert.Equal(then.Count, now.Count);
            for (var step = 0; step < then.Count; step++)
                Assert.Equal(then[step], now[step]);
        }

        Assert.Equal(counters.Count, view.Counters.Workers.Count);
        for (var worker = 0; worker < workers; worker++)
            Assert.Equal(BitConverter.ToInt64(counters[worker]), view.Counters.Workers[worker].Received.Entered);
    }

    [Fact]
    public void Replay_WithOutput_WritesWhatWasSent()
    {
        var output = Path.Combine(folder, "out.pcapng");
        List<string> sent;
        using (var router = new RecordedRouter(1, 7, fused: true, File1) { HasSuperFrames = false })
        {
            router.Run(500);
            sent = router.Sent;
        }

        var view = RecordingReplay.Run(new RecordingReplayOptions { Input = File1, Output = output }, null);
        Assert.True(view.IsIdentical, view.Difference);
        var replayed = new Dictionary<string, int>();
        using (var reader = CaptureReader.Open(output))
        {
            while (reader.TryRead(out var frame))
            {
                var line = $"0 {(reader.Interfaces[frame.Interface].Name == "eth0" ? 0 : 1)} {Convert.ToHexString(frame.Bytes)}";
                replayed[line] = replayed.GetValueOrDefault(line) + 1;
            }
        }

        var expected = sent.GroupBy(line => line).ToDictionary(line => line.Key, line => line.Count());
        Assert.True(sent.Count > 500);
        Assert.Equal(expected, replayed);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static DropReason[] Demanded(int workers) =>
    [
        DropReason.TxRingFull, DropReason.PortDown, DropReason.TtlExpired, DropReason.FragmentationNeeded, DropReason.NeighborUnresolved,
        DropReason.RouteBlackhole, .. workers == 1 ? [DropReason.NoBuffer] : Array.Empty<DropReason>(),
    ];
}
