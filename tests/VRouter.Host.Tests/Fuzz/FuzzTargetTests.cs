using VRouter.Host.Fuzz;

namespace VRouter.Host.Tests.Fuzz;

/// <summary>A short run of each target: nothing is found, and what is met grows.</summary>
public sealed class FuzzTargetTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrfuzz-").FullName;

    [Theory]
    [InlineData("engine", 300)]
    [InlineData("pcap", 3000)]
    [InlineData("pcapng", 5000)]
    [InlineData("yaml", 800)]
    [InlineData("netlink", 20_000)]
    public void Run_SomeCases_FindsNothing(string target, int cases)
    {
        var report = Run(target, seed: 1, cases);
        Assert.Empty(report.Finds.Select(find => $"{find.Oracle}: {find.Message} ({find.Reproduce})"));
        Assert.Equal(cases, report.Cases);
        Assert.InRange(report.Corpus, FuzzTargets.Create(target).Seeds.Count / 2, cases);
        Assert.InRange(report.Features, 10, Coverage.Size);
    }

    [Theory]
    [InlineData("engine", 100)]
    [InlineData("pcapng", 2000)]
    public void Run_SameSeedAndNumber_GivesTheSame(string target, int cases)
    {
        var (first, second) = (Run(target, seed: 5, cases), Run(target, seed: 5, cases));
        Assert.Equal(first with { Seconds = 0, Finds = [] }, second with { Seconds = 0, Finds = [] });
        Assert.NotEqual((first.Frames, first.Features), (Run(target, seed: 6, cases) is var other ? (other.Frames, other.Features) : default));
    }

    [Fact]
    public void Run_WithACorpus_BeginsWhereTheLastRunEnded()
    {
        var corpus = Path.Combine(folder, "corpus");
        var first = Run("netlink", seed: 1, 3000, corpus);
        Assert.Equal(first.Corpus, Directory.GetFiles(corpus, "*.netlink").Length);
        var again = Run("netlink", seed: 2, first.Corpus + FuzzTargets.Create("netlink").Seeds.Count, corpus);
        Assert.Equal(first.Features, again.Features);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private FuzzReport Run(string target, ulong seed, int cases, string? corpus = null)
    {
        var options = new FuzzOptions { Seed = seed, Cases = cases, OutputFolder = Path.Combine(folder, "finds"), CorpusFolder = corpus };
        return new Fuzzer(FuzzTargets.Create(target), options).Run(CancellationToken.None);
    }
}
