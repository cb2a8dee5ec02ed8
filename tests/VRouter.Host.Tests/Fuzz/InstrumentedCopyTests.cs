using System.Diagnostics;
using System.Text.Json;
using VRouter.Host.Fuzz;
using VRouter.Host.Tests.Cli;

namespace VRouter.Host.Tests.Fuzz;

/// <summary>A copy of the program whose code tells what runs.</summary>
public sealed class InstrumentedCopyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrfuzz-").FullName;

    [Fact]
    public async Task Instrument_Copy_IsGuidedByBranchesToo()
    {
        var copy = Path.Combine(folder, "program");
        var made = await CommandRun.Of("fuzz", "--instrument", copy);
        Assert.Equal((0, ""), (made.ExitCode, made.Errors));
        Assert.Equal($"{copy}/vrouter-host\n", made.Output);
        Assert.False(InstrumentedCode.IsPresent);

        foreach (var (target, cases) in new[] { ("pcapng", 300), ("yaml", 30), ("engine", 20) })
        {
            var plain = Numbers((await CommandRun.Of(Arguments(target, cases))).Output);
            var instrumented = Numbers(Run(copy, Arguments(target, cases)));
            Assert.Equal(cases, instrumented.Cases);
            Assert.InRange(instrumented.Features, plain.Features * 3 / 2, Coverage.Size);
            Assert.InRange(instrumented.Corpus, plain.Corpus, cases);
        }

        var again = await CommandRun.Of("fuzz", "--instrument", copy);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("is not an empty folder", again.Errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static (int Cases, int Features, int Corpus) Numbers(string report)
    {
        var json = JsonDocument.Parse(report).RootElement;
        Assert.Equal(0, json.GetProperty("finds").GetArrayLength());
        return (json.GetProperty("cases").GetInt32(), json.GetProperty("features").GetInt32(), json.GetProperty("corpus").GetInt32());
    }

    private static string Run(string copy, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(AflTests.DotNet(), [Path.Combine(copy, "vrouter-host.dll"), .. arguments]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private string[] Arguments(string target, int cases) => ["fuzz", "--target", target, "--cases", $"{cases}", "--out", Path.Combine(folder, "finds"), "-o", "json"];
}
