using System.Text.Json;
using VRouter.Core.Graph;
using VRouter.Host.Demo;
using VRouter.Host.Demo.Simulation;
using VRouter.Host.Replay;
using VRouter.Host.Tests.Cli;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Tests.Recording;

/// <summary>The demo's three routers, recorded in each mode on bad wires: a replay of each gives the same bytes, counters and trace.</summary>
public sealed class DemoRecordingTests : IDisposable
{
    private static readonly string[] Nodes = ["walker-1", "walker-2", "demi-1"];
    private static readonly DropReason[] Demanded =
        [DropReason.ReassemblyTimeout, DropReason.ReassemblyIncomplete, DropReason.FragmentDuplicate, DropReason.IPv4Checksum];

    private readonly string folder = Directory.CreateTempSubdirectory("vrouter-record").FullName;

    public static TheoryData<string, int> Modes
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var mode in DemoMode.All)
            {
                data.Add(mode.Word, 1);
                data.Add(mode.Word, 3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Replay_DemoOnBadWires_SameOutputCountersAndTrace(string word, int workers)
    {
        using var demo = new DemoOnBadWires(DemoMode.Find(word)!, workers, seed: 7, folder);
        demo.Run();
        Assert.Empty(demo.RecordingFailures());
        var counters = Nodes.ToDictionary(node => node, demo.CountersOf);
        // The wires were bad, and what came in pieces to the routers was put together or given up.
        Assert.All(Demanded, reason => Assert.True(demo.DropsOf(reason) > 0, $"no frame was dropped for {reason}"));
        Assert.True(demo.LongAnswers > 0);
        demo.Dispose();

        foreach (var node in Nodes)
        {
            var output = Path.Combine(folder, node + ".out.pcapng");
            var steps = new List<TraceStep>();
            var view = RecordingReplay.Run(
                new RecordingReplayOptions { Input = Path.Combine(folder, node + ".pcapng"), Output = output }, new ReplayTrace(steps.Add) { IsAsRecorded = true });

            Assert.Null(view.Difference);
            Assert.True(view.IsIdentical && view.IsComplete, view.End);
            Assert.Equal((node, workers), (view.Node, view.Workers));
            Assert.Equal(counters[node], view.Counters.Workers.Select(worker => (worker.Received, worker.Originated)));
            AssertSameTrace(demo.Trace[node], steps, workers);
            AssertSameOutput(demo, node, output);
        }
    }

    [Theory]
    [InlineData("always")]
    [InlineData("vxlan-cross-subnet")]
    public void Observe_Recorded_SeesTheSameFrames(string word)
    {
        var mode = DemoMode.Find(word)!;
        var plain = new MemoryDemo(mode).Observe();
        var recorded = new MemoryDemo(mode).Observe(new SimulationOptions { Recording = node => Path.Combine(folder, node + ".pcapng") });

        Assert.True(recorded.IsAsExpected(mode));
        Assert.Equal(plain.Pings, recorded.Pings);
        foreach (var (wire, frames) in plain.Frames)
            Assert.Equal(frames.Select(frame => (frame.Timestamp, Convert.ToHexString(frame.Data))), recorded.Frames[wire].Select(frame => (frame.Timestamp, Convert.ToHexString(frame.Data))));
    }

    [Fact]
    public async Task Demo_RecordInMemory_ReplaysEachRouter()
    {
        var run = await CommandRun.Of("demo", "cross-subnet", "--in-memory", "--record", folder);

        Assert.Equal(0, run.ExitCode);
        foreach (var node in Nodes)
        {
            Assert.Contains(node + ".pcapng", run.Output);
            var replay = await CommandRun.Of("replay", Path.Combine(folder, node + ".pcapng"), "--check", "-o", "json");
            Assert.True(replay.ExitCode == 0, replay.Output + replay.Errors);
            using var view = JsonDocument.Parse(replay.Output);
            Assert.True(view.RootElement.GetProperty("isIdentical").GetBoolean());
            // The same frames, and the same answers to them, without what came in answer to questions of the check's own.
            var check = view.RootElement.GetProperty("check");
            Assert.Equal(view.RootElement.GetProperty("frames").GetInt32(), check.GetProperty("frames").GetInt32());
            Assert.Equal(SentBy(view.RootElement), check.GetProperty("sent").GetInt32());
            Assert.Empty(check.GetProperty("limits").EnumerateArray());
        }
    }

    [Fact]
    public async Task Demo_RecordWhereNoFileCanBe_IsRefusedWithThePath()
    {
        Directory.CreateDirectory(Path.Combine(folder, "walker-1.pcapng"));
        var run = await CommandRun.Of("demo", "always", "--in-memory", "--record", folder);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("walker-1.pcapng", run.Errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static int SentBy(JsonElement view)
    {
        var counters = view.GetProperty("counters");
        return new[] { counters.GetProperty("received"), counters.GetProperty("originated") }
            .Sum(frames => frames.GetProperty("forwarded").GetInt32() + frames.GetProperty("answered").GetInt32());
    }

    // Within a worker in order; workers come chunk by chunk.
    private static void AssertSameTrace(List<TraceStep> then, List<TraceStep> now, int workers)
    {
        Assert.True(then.Count > 100, $"{then.Count} steps");
        for (uint worker = 0; worker < workers; worker++)
            Assert.Equal(then.Where(step => step.Frame >> 24 == worker), now.Where(step => step.Frame >> 24 == worker));
    }

    // In order for each worker's part of a port, which is an interface of the file.
    private static void AssertSameOutput(DemoOnBadWires demo, string node, string file)
    {
        var replayed = new Dictionary<uint, List<string>>();
        using (var reader = CaptureReader.Open(file))
        {
            while (reader.TryRead(out var frame))
            {
                var number = (uint)frame.Interface;
                if (!replayed.TryGetValue(number, out var lines))
                    replayed.Add(number, lines = [reader.Interfaces[frame.Interface].Name!]);
                lines.Add(Convert.ToHexString(frame.Bytes));
            }
        }

        var sent = demo.Sent.Where(part => part.Key.Node == node && part.Value.Count > 0).ToList();
        Assert.True(sent.Sum(part => part.Value.Count) > 50);
        var expected = sent.Select(part => string.Join('\n', [part.Key.Port, .. part.Value.Select(Convert.ToHexString)]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), replayed.Values.Select(lines => string.Join('\n', lines)).Order(StringComparer.Ordinal));
    }
}
