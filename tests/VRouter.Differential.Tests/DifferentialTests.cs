using System.Diagnostics;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Judging;
using VRouter.Differential.Tests.Running;
using Xunit.Abstractions;

namespace VRouter.Differential.Tests;

/// <summary>
/// The same frames go into our router and into the Linux kernel's; what comes out must be the same, or be declared in docs/divergences.md.
/// </summary>
/// <remarks>
/// VROUTER_DIFFERENTIAL_SECONDS is how long random frames are tried, VROUTER_DIFFERENTIAL_SEED where they begin; VROUTER_DIFFERENTIAL_LOG names a file that gets a line of
/// progress every few seconds, and the counts at the end. VROUTER_WRITE_CASES=1 keeps an example of each declared divergence that has none in tests/Cases/differential.
/// </remarks>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int DefaultSeconds = 6;
    private const int DefaultSeed = 1;

    [SkippableFact]
    public void Sweep_EveryFieldOverItsValues_DivergesOnlyAsDeclared()
    {
        var list = DivergenceList.Read();
        using var twins = new Twins(list);
        var run = RunOf(twins);
        var isWhole = run.Run(Sweep.Cases());
        Check(run, twins, "sweep");
        Assert.True(isWhole);
        Assert.Empty(list.Divergences.Select(divergence => divergence.Id).Except(run.Tally.Declared.Keys));
    }

    [SkippableFact]
    public void Random_FramesAndDamagedCaptures_DivergeOnlyAsDeclared()
    {
        var seconds = Number("VROUTER_DIFFERENTIAL_SECONDS", DefaultSeconds);
        var seed = Number("VROUTER_DIFFERENTIAL_SEED", DefaultSeed);
        using var twins = new Twins(DivergenceList.Read());
        var run = RunOf(twins);
        Tell($"seed {seed}, {seconds} s");
        var clock = Stopwatch.StartNew();
        run.Run(new RandomCases(seed).Cases(), () => clock.Elapsed.TotalSeconds < seconds);
        Check(run, twins, $"random frames of seed {seed}");
    }

    private static DifferentialRun RunOf(Twins twins) =>
        new(twins, Tell) { KeepsExamples = Environment.GetEnvironmentVariable("VROUTER_WRITE_CASES") == "1" };

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text) : otherwise;

    private static void Tell(string line)
    {
        if (Environment.GetEnvironmentVariable("VROUTER_DIFFERENTIAL_LOG") is { Length: > 0 } path)
            File.AppendAllText(path, line + "\n");
    }

    private void Check(DifferentialRun run, Twins twins, string what)
    {
        var report = $"{what}: {run.Tally.Report()}";
        output.WriteLine(report);
        Tell(report);
        Assert.True(run.Tally.New.Count == 0, report);
        Assert.Equal(0, run.Tally.Unsteady);
        Assert.Equal(0, twins.Lost());
    }
}
