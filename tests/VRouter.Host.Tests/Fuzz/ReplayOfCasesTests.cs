using VRouter.Host.Configuration;
using VRouter.Host.Fuzz;
using VRouter.Host.Fuzz.Engine;
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
            one = one with { Events = [.. one.Events.Where(item => !item.IsChange)] };
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
