using System.Diagnostics;

namespace VRouter.Host.Fuzz;

/// <summary>
/// Runs a target under inputs that it makes of earlier ones, and keeps those that met something new. One thread; for a seed, a target and a number of cases the
/// result is always the same.
/// </summary>
internal sealed class Fuzzer
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly IFuzzTarget target;
    private readonly FuzzOptions options;
    private readonly FuzzRandom random;
    private readonly Corpus corpus;
    private readonly CoverageMap map = new();
    private readonly Coverage coverage = new();
    private readonly Dictionary<string, FuzzFind> finds = [];
    private readonly Stopwatch clock = new();
    private readonly HeapWatch heap = new();
    private long cases;
    private long frames;

    /// <summary>A fuzzer of one target.</summary>
    /// <exception cref="IOException">The corpus' folder cannot be made.</exception>
    public Fuzzer(IFuzzTarget target, FuzzOptions options)
    {
        (this.target, this.options) = (target, options);
        random = new FuzzRandom(options.Seed);
        corpus = new Corpus(options.CorpusFolder, target.Extension);
    }

    /// <summary>Told a few times a second how far it is.</summary>
    public Action<FuzzProgress>? Progress { get; init; }

    /// <summary>Told each find as soon as it is written.</summary>
    public Action<FuzzFind>? Found { get; init; }

    /// <summary>Told before each run, and after it with null: for who watches over the time that a run takes.</summary>
    public Action<byte[]?>? Running { get; init; }

    /// <summary>Fuzzes until it is time to stop.</summary>
    /// <exception cref="IOException">Corpus or finds cannot be written.</exception>
    public FuzzReport Run(CancellationToken ending)
    {
        clock.Start();
        var told = TimeSpan.Zero;
        foreach (var input in (IEnumerable<byte[]>)[.. target.Seeds, .. corpus.ReadFolder()])
        {
            if (IsOver(ending))
                break;
            RunCase(input);
        }

        // Even where no seed met anything, there must be something to begin with.
        if (corpus.Count == 0)
            corpus.Add([]);
        while (!IsOver(ending))
        {
            RunCase(target.Mutate(corpus.Pick(random), corpus.Pick(random), random));
            if (Progress is not null && clock.Elapsed - told > ProgressInterval)
            {
                told = clock.Elapsed;
                Progress(new FuzzProgress(told, cases, frames, corpus.Count, map.Features, finds.Count));
            }
        }

        return new FuzzReport(
            target.Name, options.Seed, Math.Round(clock.Elapsed.TotalSeconds, 1), cases, frames, corpus.Count, map.Features, [.. finds.Values]);
    }

    private bool IsOver(CancellationToken ending) => ending.IsCancellationRequested
        || cases >= options.Cases || clock.Elapsed >= options.Time || finds.Count >= options.MostFinds;

    private void RunCase(byte[] input)
    {
        cases++;
        var before = target.Frames;
        Running?.Invoke(input);
        var finding = FuzzRun.Try(target, input, coverage);
        frames += target.Frames - before;
        if (map.Merge(coverage) && finding is null)
            corpus.Add(input);
        if (finding is not null && !finds.ContainsKey(finding.Signature))
            Keep(input, finding);
        else if (heap.FindGrowth(cases, corpus.Inputs) is { } growth && !finds.ContainsKey(growth.Signature))
            Write(input, growth);
        Running?.Invoke(null);
    }

    private void Keep(byte[] input, Finding finding)
    {
        // A minimiser's runs are many, but none of them may take long: each is watched like a case.
        var (smallest, same) = new Minimizer(new Watched(target, Running)).Minimize(input, finding);
        Write(smallest, same);
    }

    private void Write(byte[] input, Finding finding)
    {
        var find = FindFolder.Write(target, input, finding, cases, options.OutputFolder);
        finds[finding.Signature] = find;
        Found?.Invoke(find);
    }
}
