using System.Diagnostics;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Judging;

namespace VRouter.Differential.Tests.Running;

/// <summary>Puts cases into both routers, counts, and makes what is new small.</summary>
internal sealed class DifferentialRun(Twins twins, Action<string>? progress = null)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);
    private readonly Stopwatch sinceProgress = Stopwatch.StartNew();

    /// <summary>What was seen so far.</summary>
    public Tally Tally { get; } = new();

    /// <summary>True writes the first case of each declared divergence, made small, to tests/Cases/differential, unless one is there.</summary>
    public bool KeepsExamples { get; init; }

    /// <summary>Tries all cases, or as many as the time allows.</summary>
    /// <returns>False if the time ended first.</returns>
    public bool Run(IEnumerable<Case> cases, Func<bool>? mayGoOn = null)
    {
        foreach (var tried in cases)
        {
            if ((mayGoOn is not null && !mayGoOn()) || Tally.IsFull)
                return false;
            Try(tried);
            if (progress is not null && sinceProgress.Elapsed > ProgressInterval)
            {
                sinceProgress.Restart();
                progress(Tally.Line());
            }
        }

        return true;
    }

    private void Try(Case tried)
    {
        var judgement = twins.Try(tried, out var ours, out var linux);
        // A difference that does not come again is counted, and ends the run as a failure by that count.
        var canRepeat = !FragmentsToRouter.AreIn(tried.Frames);
        if (judgement.IsNew && canRepeat && !Minimiser.IsSame(twins.Try(tried, out ours, out linux), judgement))
        {
            Tally.AddUnsteady($"{tried.Name}: {judgement.Signature}");
            return;
        }

        if (KeepsExamples && canRepeat && judgement.Declared is { } known && !Tally.Declared.ContainsKey(known.Id))
            WriteExample(tried, judgement, known);
        if (!Tally.Add(tried, judgement))
            return;
        if (!canRepeat)
        {
            Tally.Keep(new Tally.Found(tried, judgement, ours, linux));
            return;
        }

        var small = Minimiser.Minimise(tried, judgement, twins);
        var again = twins.Try(small, out var oursOfSmall, out var linuxOfSmall);
        Tally.Keep(Minimiser.IsSame(again, judgement)
            ? new Tally.Found(small, again, oursOfSmall, linuxOfSmall)
            : new Tally.Found(tried, judgement, ours, linux));
    }

    private void WriteExample(Case tried, Judgement judgement, Divergence known)
    {
        var path = Path.Combine(CaseFile.Folder, $"{known.Id}.txt");
        if (File.Exists(path))
            return;
        var small = Minimiser.Minimise(tried, judgement, twins);
        File.WriteAllText(path, CaseFile.TextOf($"{small.Name}. Declared: {known.Id} ({known.Source}).", small));
    }
}
