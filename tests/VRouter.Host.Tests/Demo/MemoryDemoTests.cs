using VRouter.Host.Demo;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Tests.Demo;

public class MemoryDemoTests
{
    public static TheoryData<string> Words => DemoNetworkTests.Words;

    [Theory]
    [MemberData(nameof(Words))]
    public void Observe_EachMode_ReachesWhomItMust(string word)
    {
        var mode = DemoMode.Find(word)!;

        var observation = new MemoryDemo(mode).Observe();

        Assert.Equal(6, observation.Pings.Count);
        Assert.True(observation.IsAsExpected(mode));
        Assert.All(observation.Pings.Where(ping => ping.Reached), ping => Assert.Equal(62, ping.Ttl));
    }

    [Fact]
    public void Observe_Twice_GivesTheSameFrames()
    {
        static IEnumerable<string> Run() => new MemoryDemo(DemoMode.CrossSubnet).Observe().Frames
            .SelectMany(pair => pair.Value.Select(frame => $"{pair.Key.Name} {frame.Timestamp} {Convert.ToHexString(frame.Data)}"));

        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void IsAsExpected_OnePodIsCutOff_IsFalse()
    {
        var observation = new MemoryDemo(DemoMode.Always).Observe();

        var spoiled = observation with { Pings = [.. observation.Pings.Skip(1), observation.Pings[0] with { Reached = false }] };

        Assert.False(spoiled.IsAsExpected(DemoMode.Always));
    }

    [Fact]
    public void WriteTo_Folder_LeavesOneFileForEachWire()
    {
        var folder = Directory.CreateTempSubdirectory("vrdemo").FullName;
        try
        {
            var observation = new MemoryDemo(DemoMode.VxlanAlways).Observe();

            var paths = observation.WriteTo(folder);

            Assert.Equal(
                ["01-busybox-1.pcap", "02-walker-1.pcap", "03-gateway.pcap", "04-demi-1.pcap", "05-busybox-3.pcap", "06-walker-2.pcap", "07-busybox-2.pcap"],
                paths.Select(Path.GetFileName));
            foreach (var (wire, path) in DemoWire.All.Zip(paths))
            {
                using var reader = CaptureReader.Open(path);
                var count = 0;
                while (reader.TryRead(out _))
                    count++;
                Assert.Equal(observation.Frames[wire].Count, count);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
