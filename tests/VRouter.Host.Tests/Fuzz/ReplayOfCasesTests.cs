using VRouter.Core.Graph;
using VRouter.Host.Configuration;
using VRouter.Host.Fuzz;
using VRouter.Host.Fuzz.Engine;
using VRouter.Host.Replay;
using VRouter.Host.Tests.Cli;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Tests.Fuzz;

/// <summary>The fuzzer's router and that of <c>vrouter replay</c>, written apart, do the same with the same frames.</summary>
public sealed class ReplayOfCasesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrfuzz-").FullName;

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Replay_MutatedCases_SendsWhatTheFuzzersRouterSends(int seed)
    {
        using var target = new EngineTarget();
        using var checks = new RouterChecks();
        var cache = new NetworkCache();
        var random = new FuzzRandom((ulong)seed);
        var sent = 0;
        for (var round = 0; round < 12; round++)
        {
            var one = EngineCase.Read(target.Mutate(random.Pick(target.Seeds), random.Pick(target.Seeds), random));
            // What a capture cannot tell.
            one = new EngineCase(WithAllNeighbors(one.Shape), [.. one.Events.Where(item => !item.IsChange && item.Offload is null)]);
            target.Export(one.Write(), folder);
            var run = await CommandRun.Of(
                "replay", PathOf("in.pcapng"), "-f", PathOf("config.yaml"), "--node", NetworkText.Node, "--check", "--out", PathOf("out.pcapng"));
            Assert.Equal((0, ""), (run.ExitCode, run.Errors));

            var network = cache.Of(one.Shape);
            var outcome = checks.Run(network, RouterInput.Of(one.Events, network, null), null, twice: true);
            for (var port = 0; port < network.Ports.Count; port++)
                Assert.Equal(outcome.Sent.Where(frame => frame.Port == port).Select(Describe), Read(network.Ports[port].Name));
            sent += outcome.Sent.Count;
        }

        Assert.InRange(sent, 12, int.MaxValue);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Replay_CasesWhoseNetworkChanges_AreRecordingsThatSendTheSame(int seed)
    {
        using var target = new EngineTarget();
        using var checks = new RouterChecks();
        var cache = new NetworkCache();
        var random = new FuzzRandom((ulong)seed);
        var sent = 0;
        for (var round = 0; round < 12; round++)
        {
            var one = EngineCase.Read(target.Mutate(random.Pick(target.Seeds), random.Pick(target.Seeds), random));
            var change = CaseEvent.Change(new NetworkShape(random.Bytes(NetworkShape.Size)), random.NextByte());
            one = one with { Events = [.. one.Events.Where(item => item.Offload is null)] };
            one = one with { Events = [.. one.Events.Take(4), change, .. one.Events.Skip(4).Take(20), CaseEvent.Change(one.Shape), .. one.Events.Take(6)] };
            Assert.Equal($"vrouter replay {PathOf("recording.pcapng")} --check", target.Export(one.Write(), folder));
            var run = await CommandRun.Of("replay", PathOf("recording.pcapng"), "--check", "--out", PathOf("out.pcapng"));
            Assert.Equal((0, ""), (run.ExitCode, run.Errors));
            Assert.Contains("identical: every frame", run.Output);

            var network = cache.Of(one.Shape);
            var outcome = checks.Run(network, RouterInput.Of(one.Events, network, cache.Of), null, twice: true);
            for (var port = 0; port < network.Ports.Count; port++)
                Assert.Equal(outcome.Sent.Where(frame => frame.Port == port).Select(Describe), Read(network.Ports[port].Name));
            sent += outcome.Sent.Count;
        }

        Assert.InRange(sent, 12, int.MaxValue);
    }

    [Fact]
    public async Task Replay_CasesWithSuperFrames_AreRecordingsOfTheSameFrames()
    {
        using var target = new EngineTarget();
        using var checks = new RouterChecks();
        var cache = new NetworkCache();
        var random = new FuzzRandom(9);
        var (refused, segments, whole) = (0, 0, 0);
        for (var round = 0; round < 40; round++)
        {
            var shape = new NetworkShape([(byte)(round % 5), (byte)(round % 5)]);
            var network = cache.Of(shape);
            var forge = new SuperFrameForge(network, random);
            List<CaseEvent> events = [.. Enumerable.Range(0, 4).Select(_ => forge.Event(random.Next(network.Ports.Count)))];
            events[1] = events[1] with { Bytes = SuperFrameForge.Mutate(events[1].Bytes, random) };
            var one = new EngineCase(shape, events);
            var inputs = RouterInput.Of(one.Events, network, null);
            var outcome = checks.Run(network, inputs, null, twice: true);
            refused += inputs.Count(item => item.Offload is { } header && !new SuperFrameIntake(item.Frame!, header).Segments().Any());
            segments += outcome.Sent.Count(frame => frame.Segment > 0);
            if (round % 8 > 0)
                continue;
            Assert.Equal($"vrouter replay {PathOf("recording.pcapng")} --check", target.Export(one.Write(), folder));
            var run = await CommandRun.Of("replay", PathOf("recording.pcapng"), "--check");
            Assert.True(run.ExitCode == 0, run.Errors);
            var check = RecordingCheck.Run(PathOf("recording.pcapng"));
            Assert.Equal((outcome.Sent.Count, 0), (check.Sent, check.Limits.Count));
            whole += check.Frames;
        }

        Assert.True(refused > 5 && segments > 20 && whole > 10, $"{refused} refused, {segments} segments, {whole} in recordings");
    }

    // All of one time and port: more than a vector takes, and more than the memory of a small router.
    [Fact]
    public void Run_SuperFrameOfManySegments_IsCheckedInTheFuzzerAndAsARecording()
    {
        using var target = new EngineTarget();
        using var checks = new RouterChecks();
        var shape = new NetworkShape([]);
        var network = new NetworkCache().Of(shape);
        var forge = new FrameForge(network, new FuzzRandom(1));
        var datagram = forge.Ethernet(1, 0x0800, forge.IPv4(0x0a01_0002, 0x0a01_0205, 17, 4000));
        // UFO, 15 bytes each.
        var events = new[] { CaseEvent.Frame(1, datagram[..60]), CaseEvent.SuperFrame(1, [0, 3, 0, 0, 15, 0, 0, 0, 0, 0], datagram) };
        var one = new EngineCase(shape, events);
        Assert.Equal(501, new SuperFrameIntake(datagram, RouterInput.Of(events, network, null)[1].Offload!.Value).Segments().Count());
        checks.Run(network, RouterInput.Of(events, network, null), null, twice: true);
        target.Export(one.Write(), folder);
        var check = RecordingCheck.Run(PathOf("recording.pcapng"));
        Assert.Equal((null, 502), (check.Finding, check.Frames));
    }

    [Fact]
    public void Run_RoomForOneNeighbor_RefusesOthers()
    {
        var shape = new NetworkShape([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
        var network = new NetworkCache().Of(shape);
        var forge = new FrameForge(network, new FuzzRandom(1));
        using var checks = new RouterChecks();
        // From a workload to three neighbors on the uplink's subnet.
        var frames = Enumerable.Range(1, 3).Select(host => CaseEvent.Frame(1, forge.Ethernet(1, 0x0800, forge.IPv4(0x0a01_0002, network.View.Uplink.Address.Subnet.Network.Value + (uint)host, 17, 20))));
        var outcome = checks.Run(network, RouterInput.Of(frames, network, null), null, twice: true);
        Assert.True(outcome.Counters.DropsOf(DropReason.NeighborTableFull) > 0);
    }

    [Fact]
    public async Task Replay_RecordingWithoutConfigurations_CannotBeChecked()
    {
        var network = new NetworkCache().Of(new NetworkShape([]));
        using (var router = new ReplayRouter(network.View, output: null, answersArp: true, PathOf("plain.pcapng")))
        {
            router.Receive(0, 1, RouterInput.Start, new byte[60]);
            router.Finish();
        }

        var run = await CommandRun.Of("replay", PathOf("plain.pcapng"), "--check");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("does not hold its router's configuration", run.Errors);
        Assert.DoesNotContain("too long", run.Errors);
        Assert.Equal(0, (await CommandRun.Of("replay", PathOf("plain.pcapng"))).ExitCode);
    }

    [Fact]
    public async Task Replay_RecordingWithAConfigurationTooLongForABlock_SaysSoAndChecksWhatIsBefore()
    {
        var network = new NetworkCache().Of(new NetworkShape([]));
        var tooLong = network.Text + "\n" + new string('#', 1 << 20);
        WriteOneFrameFor(tooLong, network.Text!);
        var run = await CommandRun.Of("replay", PathOf("plain.pcapng"), "--check");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"configuration of {tooLong.Length} characters is not in it, since it was too long", run.Errors);
        Assert.Equal(0, (await CommandRun.Of("replay", PathOf("plain.pcapng"))).ExitCode);

        WriteOneFrameFor(network.Text!, tooLong);
        run = await CommandRun.Of("replay", PathOf("plain.pcapng"), "--check");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("check: nothing was found; frames 1,", run.Output);
        Assert.Contains("check: what follows was left out: from change 2 of the tables on", run.Output);

        void WriteOneFrameFor(params string[] texts)
        {
            var other = new NetworkCache().Of(new NetworkShape([1]));
            using var router = new ReplayRouter(network.View, output: null, answersArp: true, PathOf("plain.pcapng"), texts[0]);
            router.Receive(0, 1, RouterInput.Start, new byte[60]);
            router.Change(RouterInput.Start, other.View, texts[1]);
            router.Receive(0, 2, RouterInput.Start, new byte[60]);
            router.Finish();
        }
    }

    [Theory]
    [InlineData(100, 40)]
    [InlineData(40, 40)]
    [InlineData(10, 10)]
    [InlineData(1, 1)]
    public void Check_MoreFramesThanItTakes_IsOfTheFirstOnes(int most, int expected)
    {
        var network = new NetworkCache().Of(new NetworkShape([]));
        using (var router = new ReplayRouter(network.View, output: null, answersArp: true, PathOf("many.pcapng"), network.Text))
        {
            for (var number = 1u; number <= 40; number++)
                router.Receive(0, number, RouterInput.Start + number, new byte[60]);
            router.Finish();
        }

        var check = RecordingCheck.Run(PathOf("many.pcapng"), mostFrames: most);
        Assert.Equal((null, expected), (check.Finding, check.Frames));
        Assert.Equal(most < 40 ? [$"only the first {most} frames: at most {most} frames and 64 MiB can be checked"] : [], check.Limits);
    }

    [Fact]
    public void Networks_EachSettingAtEachValue_AreValidConfigurations()
    {
        for (var setting = 0; setting < NetworkShape.Size; setting++)
        {
            for (var value = 0; value < 256; value += setting is 7 or 8 ? 1 : 5)
            {
                var bytes = new byte[NetworkShape.Size];
                bytes[setting] = (byte)value;
                var result = ConfigurationLoader.LoadText("f", NetworkText.Of(new NetworkShape(bytes)));
                Assert.DoesNotContain(result.Diagnostics, item => item.Severity == DiagnosticSeverity.Error);
            }
        }
    }

    [Fact]
    public void EngineCase_AnyBytes_AreACaseThatWritesAndReadsAgain()
    {
        var random = new FuzzRandom(1);
        for (var round = 0; round < 200; round++)
        {
            var one = EngineCase.Read(random.Bytes(random.Next(400)));
            var again = EngineCase.Read(one.Write());
            Assert.Equal(one.Write(), again.Write());
            Assert.Equal(one.Events.Count, again.Events.Count);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static NetworkShape WithAllNeighbors(NetworkShape shape)
    {
        var settings = shape.Bytes.ToArray();
        settings[10] = 0;
        return new NetworkShape(settings);
    }

    private static string Describe(SentFrame frame) => $"{frame.Time} {Convert.ToHexString(frame.Bytes)}";

    private string PathOf(string name) => Path.Combine(folder, name);

    private List<string> Read(string port)
    {
        using var reader = CaptureReader.Open(PathOf("out.pcapng"));
        var frames = new List<string>();
        while (reader.TryRead(out var frame))
        {
            if (reader.Interfaces[frame.Interface].Name == port)
                frames.Add($"{frame.Timestamp} {Convert.ToHexString(frame.Bytes)}");
        }

        return frames;
    }
}
