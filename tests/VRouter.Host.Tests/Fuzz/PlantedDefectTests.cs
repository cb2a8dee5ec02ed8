using VRouter.Host.Fuzz;
using VRouter.Host.Fuzz.Engine;
using VRouter.Host.Replay;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Tests.Fuzz;

/// <summary>Defects on purpose: the fuzzer finds each, makes it small, and what it writes shows it again.</summary>
public sealed class PlantedDefectTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrfuzz-").FullName;

    [Fact]
    public void Run_ChecksumThatIsSometimesWrong_IsFoundMinimisedAndReplayed()
    {
        var (find, one) = Find(WrongChecksum, Oracles.Wire);
        Assert.Contains("header checksum is wrong", find.Message);
        // One packet is enough, in the plainest network.
        Assert.Single(one.Events);
        Assert.True(one.Shape.Equals(new NetworkShape([])));

        // The files alone: a capture whose interfaces are ports, and a configuration.
        var finding = Check(find.Folder, WrongChecksum);
        Assert.StartsWith($"{Oracles.Wire}: ", finding);
        Assert.Null(Check(find.Folder, defect: null));
        Assert.Contains("--check", find.Reproduce);
        Assert.Contains("in.pcapng", File.ReadAllText(Path.Combine(find.Folder, "find.txt")));
    }

    // The network has IPIP, then VXLAN: a defect that needs both shows only where the network changes.
    [Fact]
    public void Export_CaseWhoseNetworkChanges_IsARecordingThatShowsTheDefect()
    {
        using var target = new EngineTarget();
        var (ipip, vxlan) = (new NetworkShape([1]), new NetworkShape([3]));
        var one = EngineCase.Read(target.Seeds[0]) with { Shape = ipip };
        var forge = new FrameForge(new NetworkCache().Of(ipip), new FuzzRandom(1));
        // From 10.1.0.2, a workload, to 10.1.2.5, a neighbor's.
        CaseEvent[] frames = [.. Enumerable.Range(0, 20).Select(_ => CaseEvent.Frame(1, forge.Ethernet(1, 0x0800, forge.IPv4(0x0a01_0002, 0x0a01_0205, 1, 20))))];
        one = one with { Events = [.. frames, CaseEvent.Change(vxlan), .. frames] };
        target.Export(one.Write(), folder);

        var recording = Path.Combine(folder, "recording.pcapng");
        var check = RecordingCheck.Run(recording);
        Assert.Equal((null, 40, 0), (check.Finding, check.Frames, check.Limits.Count));
        Assert.InRange(check.Sent, 40, 50);
        Assert.StartsWith($"{Oracles.Wire}: ", RecordingCheck.Run(recording, (port, frame) => SpoilOuter(port, frame, 4)).Finding);
        Assert.StartsWith($"{Oracles.Wire}: ", RecordingCheck.Run(recording, (port, frame) => SpoilOuter(port, frame, 17)).Finding);

        static void SpoilOuter(int port, byte[] frame, byte protocol)
        {
            if (port == 0 && frame.Length > 34 && frame[12] == 8 && frame[13] == 0 && frame[23] == protocol && frame.AsSpan(26, 4).SequenceEqual((ReadOnlySpan<byte>)[172, 16, 6, 46]))
                frame[24] ^= 1;
        }
    }

    [Fact]
    public void Run_PacketsWithAForeignSource_AreFound()
    {
        var (find, _) = Find((_, frame) => Patch(frame, 26, 10), Oracles.Route);
        Assert.Contains("no received one accounts for", find.Message);
    }

    [Theory]
    [InlineData(true, Oracles.Fused)]
    [InlineData(false, Oracles.Wire)]
    public void Run_DefectInArpRequests_IsFound(bool differs, string oracle)
    {
        var calls = 0;
        Find((_, frame) => Spoil(frame, ++calls), oracle);

        // Nobody reads a request's target MAC address, so that only the comparison of two runs can tell.
        void Spoil(byte[] frame, int call)
        {
            if (frame.Length != 42 || frame[21] != 1)
                return;
            if (differs)
                SlowWire.Put16(frame, 36, call);
            else
                frame[22] ^= 1;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void WrongChecksum(int port, byte[] frame)
    {
        if (port > 0 && frame is [_, _, _, _, _, _, _, _, _, _, _, _, 8, 0, ..] && (frame[23] == 6 || frame[23] == 17))
            frame[24] ^= 1;
    }

    // The first byte of the source address, with the checksum that belongs to it.
    private static void Patch(byte[] frame, int at, int value)
    {
        if (frame.Length < 34 || frame[12] != 8 || frame[13] != 0 || frame[at] == value + 1)
            return;
        frame[at] = (byte)(value + 1);
        SlowWire.Put16(frame, 24, 0);
        SlowWire.Put16(frame, 24, ~SlowWire.Sum(frame.AsSpan(14, (frame[14] & 0xf) * 4)));
    }

    private (FuzzFind Find, EngineCase Case) Find(Action<int, byte[]> defect, string oracle)
    {
        using var target = new EngineTarget(defect);
        var options = new FuzzOptions { Cases = 400, MostFinds = 1, OutputFolder = folder };
        var find = Assert.Single(new Fuzzer(target, options).Run(CancellationToken.None).Finds);
        // A run that differs from the same run before is one of the two.
        Assert.Equal(oracle, find.Oracle == Oracles.Determinism ? Oracles.Fused : find.Oracle);
        return (find, EngineCase.Read(File.ReadAllBytes(Path.Combine(find.Folder, "input.case"))));
    }

    private static string? Check(string find, Action<int, byte[]>? defect)
    {
        var (state, _) = VRouter.Host.Configuration.ConfigurationLoader.Load([Path.Combine(find, "config.yaml")]);
        var network = FuzzNetwork.Of(state!, NetworkText.Node);
        var capture = Path.Combine(find, "in.pcapng");
        using (var reader = CaptureReader.Open(capture))
        {
            Assert.True(reader.TryRead(out _));
            Assert.Equal(network.Ports.Select(port => port.Name), reader.Interfaces.Select(item => item.Name));
        }

        return ReplayCheck.Run(network.View, capture, new CapturePorts(ReplayRouter.PortsOf(network.View), null), defect);
    }
}
