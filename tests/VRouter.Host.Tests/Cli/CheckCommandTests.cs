using VRouter.Host.Tests.Configuration;

namespace VRouter.Host.Tests.Cli;

public sealed class CheckCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrcheck-").FullName;

    private string Config => Path.Combine(folder, "cluster.yaml");

    [Fact]
    public async Task Check_ValidFiles_SaysWhatIsInThem()
    {
        File.WriteAllText(Config, Seed001.Text("Always"));
        var run = await CommandRun.Of("check", "-f", folder);
        Assert.Equal((0, "valid: 3 routers, 3 nodes, 1 pool, 3 blocks, 3 workloads; 0 errors, 0 warnings\n", ""), (run.ExitCode, run.Output, run.Errors));
    }

    [Fact]
    public async Task Check_Errors_AreAtTheirPlacesAndEndWithCode2()
    {
        File.WriteAllText(Config, Seed001.Text("Sometimes").Replace("3a:1d:1e:91:f5:9e", "nonsense", StringComparison.Ordinal));
        var run = await CommandRun.Of("check", "-f", Config);
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"{Config}:4:40: error: spec.ipipMode ", lines[0]);
        Assert.Contains(lines, line => line.StartsWith(Config, StringComparison.Ordinal) && line.Contains("error: spec.mac"));
        Assert.Equal("not valid: 2 errors, 0 warnings", lines[^1]);
    }

    [Fact]
    public async Task Check_Warning_IsShownAndValid()
    {
        File.WriteAllText(Config, Seed001.Text().Replace("ipipMode", "ipipmode", StringComparison.Ordinal));
        var run = await CommandRun.Of("check", "-f", Config);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"cluster\.yaml:4:\d+: warning: unknown field 'spec\.ipipmode'; did you mean 'ipipMode'\?", run.Output);
        Assert.EndsWith("0 errors, 1 warning\n", run.Output);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
