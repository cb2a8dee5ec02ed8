using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Demo;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary>The header tables of the traced network as golden cases: the demo must show each field as it was traced.</summary>
public class SeedTablesTests
{
    public static TheoryData<string> Words => [.. DemoMode.All.Select(mode => mode.Word)];

    [Theory]
    [MemberData(nameof(Words))]
    public void Demo_InMemory_ShowsTheTracedHeaders(string word)
    {
        var mode = DemoMode.Find(word)!;

        var observation = new MemoryDemo(mode).Observe();

        Assert.All(SeedTable.All.Where(table => table.Mode == mode), table => table.AssertSeenIn(observation));
    }

    [SkippableTheory]
    [MemberData(nameof(Words))]
    public async Task Demo_OnWires_ShowsTheTracedHeaders(string word)
    {
        TestLab.Demand();
        var mode = DemoMode.Find(word)!;
        var folder = Directory.CreateTempSubdirectory("vre").FullName;
        var name = $"vre{Environment.ProcessId:x}-{word}";
        try
        {
            var options = new LabOptions { Name = name, Prefix = name + "-" };
            var demo = await WireDemo.BuildAsync(mode, new LabStore(folder), options, CancellationToken.None);
            DemoObservation observation;
            try
            {
                observation = await demo.ObserveAsync(CancellationToken.None);
            }
            finally
            {
                Assert.Empty(await demo.EndAsync());
            }

            Assert.True(observation.IsAsExpected(mode), string.Join('\n', observation.Pings));
            Assert.All(observation.Pings.Where(ping => ping.Reached), ping => Assert.Equal(62, ping.Ttl));
            Assert.All(SeedTable.All.Where(table => table.Mode == mode), table => table.AssertSeenIn(observation));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
