using System.Diagnostics;
using System.Globalization;
using VRouter.Host.Fuzz;
using VRouter.TestKit;
using Xunit.Abstractions;

namespace VRouter.Host.Tests.Fuzz;

/// <summary>AFL++ drives a target, many inputs in one process, and is guided by what the target tells.</summary>
public sealed class AflTests(ITestOutputHelper output) : IDisposable
{
    private const int MostSeconds = 120;

    private readonly string folder = Directory.CreateTempSubdirectory("vrafl-").FullName;

    [SkippableFact]
    public async Task Afl_CleanTarget_SeesCoverageThatGrowsAndNoCrash()
    {
        var stats = await Fuzz(FuzzTargets.Create("netlink").Seeds[2], "-E 3000", ProgramOf("vrouter-host.dll"), "fuzz", "--target", "netlink", "--afl");
        Assert.Equal(("0", "0"), (stats["saved_crashes"], stats["saved_hangs"]));
        Assert.Equal("100.00%", stats["stability"]);
        // From one message.
        Assert.InRange(NumberOf(stats, "corpus_found"), 3, int.MaxValue);
        Assert.InRange(NumberOf(stats, "edges_found"), 3, int.MaxValue);
    }

    [SkippableFact]
    public async Task Afl_DefectBehindTwoSteps_IsFoundAndSaved()
    {
        var stats = await Fuzz("ABCD"u8.ToArray(), "-E 300000", ProgramOf("VRouter.Host.Tests.dll"));
        Assert.InRange(NumberOf(stats, "saved_crashes"), 1, int.MaxValue);
        Assert.All(Directory.GetFiles(Path.Combine(folder, "out/default/crashes"), "id:*"), crash => Assert.Equal([0xd6, 0x29], File.ReadAllBytes(crash)[..2]));
    }

    // AFL++ ends what hangs itself, and another process goes on.
    [SkippableFact]
    public async Task Afl_InputThatHangs_IsEndedAndSavedAndOthersGoOn()
    {
        var mark = Path.Combine(folder, "hung");
        var stats = await Fuzz("ABCD"u8.ToArray(), "-E 500", milliseconds: 5000, ProgramOf("VRouter.Host.Tests.dll"), mark);
        Assert.Equal(("0", "1"), (stats["saved_crashes"], stats["saved_hangs"]));
        Assert.Equal(File.ReadAllBytes(mark), File.ReadAllBytes(Assert.Single(Directory.GetFiles(Path.Combine(folder, "out/default/hangs"), "id:*"))));
        Assert.InRange(NumberOf(stats, "execs_done"), 500, int.MaxValue);
    }

    [Fact]
    public async Task Fuzz_AflWithoutAfl_IsRefused()
    {
        var run = await Cli.CommandRun.Of("fuzz", "--target", "netlink", "--afl");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--afl is for AFL++ to start", run.Errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string ProgramOf(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static int NumberOf(Dictionary<string, string> stats, string name) => int.Parse(stats[name], CultureInfo.InvariantCulture);

    private Task<Dictionary<string, string>> Fuzz(byte[] seed, string limit, params string[] program) => Fuzz(seed, limit, milliseconds: 60_000, program);

    private async Task<Dictionary<string, string>> Fuzz(byte[] seed, string limit, int milliseconds, params string[] program)
    {
        Requires.Tools("afl-fuzz");
        Directory.CreateDirectory(Path.Combine(folder, "in"));
        File.WriteAllBytes(Path.Combine(folder, "in/seed"), seed);
        var start = new ProcessStartInfo("afl-fuzz") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        string[] arguments = ["-m", "none", "-t", $"{milliseconds}", "-s", "1", .. limit.Split(' '), "-V", $"{MostSeconds}", "-i", "in", "-o", "out", "--", DotNet(), .. program];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        string[] settings = ["AFL_NO_UI", "AFL_SKIP_CPUFREQ", "AFL_SKIP_BIN_CHECK", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "AFL_NO_AFFINITY", "AFL_BENCH_UNTIL_CRASH"];
        foreach (var setting in settings)
            start.Environment[setting] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        output.WriteLine(await process.StandardOutput.ReadToEndAsync());
        output.WriteLine(await errors);
        await process.WaitForExitAsync();
        var stats = File.ReadAllLines(Path.Combine(folder, "out/default/fuzzer_stats")).Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries));
        return stats.ToDictionary(pair => pair[0], pair => pair[1]);
    }

    // The runtime that runs this test.
    internal static string DotNet() => Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}
