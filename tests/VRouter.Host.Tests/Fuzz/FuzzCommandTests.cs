using System.Text.Json;
using VRouter.Host.Tests.Cli;
using VRouter.Host.Tests.Configuration;

namespace VRouter.Host.Tests.Fuzz;

/// <summary>The command line of the fuzzer.</summary>
public sealed class FuzzCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrfuzz-").FullName;

    [Fact]
    public async Task Fuzz_ANumberOfCases_EndsCleanWithASummary()
    {
        var run = await CommandRun.Of("fuzz", "--target", "netlink", "--cases", "500", "--out", PathOf("finds"), "-o", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((500, 0), (report.GetProperty("cases").GetInt32(), report.GetProperty("finds").GetArrayLength()));
        Assert.False(Directory.Exists(PathOf("finds")));
    }

    [Fact]
    public async Task Fuzz_ConfigurationOfYourOwn_IsFuzzed()
    {
        File.WriteAllText(PathOf("cluster.yaml"), Seed001.Text("Always"));
        var run = await CommandRun.Of("fuzz", "-f", PathOf("cluster.yaml"), "--node", "walker-1", "--cases", "60", "--out", PathOf("finds"));
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches(@"(?m)^engine +1 +[0-9.]+ +60 ", run.Output);
    }

    [Fact]
    public async Task Fuzz_OneInput_TellsWhatItFinds()
    {
        File.WriteAllBytes(PathOf("a.pcapng"), [1, 2, 3]);
        var run = await CommandRun.Of("fuzz", "--target", "pcapng", "--input", PathOf("a.pcapng"));
        Assert.Equal((0, "pcapng: nothing found\n"), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("--node names a node of a configuration", "--node", "n1", "--cases", "1")]
    [InlineData("a configuration is for the engine", "--target", "yaml", "-f", "x.yaml", "--cases", "1")]
    [InlineData("the configuration is not valid", "-f", "/nonexistent.yaml", "--cases", "1")]
    [InlineData("/nonexistent.case cannot be read", "--input", "/nonexistent.case")]
    [InlineData("--abort is for --input", "--abort", "--cases", "1")]
    public async Task Fuzz_WhatDoesNotFit_IsRefused(string message, params string[] arguments)
    {
        var run = await CommandRun.Of(["fuzz", .. arguments, "--out", PathOf("finds")]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string PathOf(string name) => Path.Combine(folder, name);
}
