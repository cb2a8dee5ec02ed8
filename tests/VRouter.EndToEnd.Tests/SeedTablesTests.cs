using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Demo;

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
}
