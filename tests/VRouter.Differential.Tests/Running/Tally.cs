using System.Text;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Judging;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Running;

/// <summary>What a run has seen.</summary>
internal sealed class Tally
{
    private const int MostFound = 200;
    private readonly Dictionary<string, long> declared = [];
    private readonly Dictionary<string, Found> found = [];
    private string? lastUnsteady;

    /// <summary>Frames that were put into both routers.</summary>
    public long Frames { get; private set; }

    /// <summary>Cases that were compared.</summary>
    public long Cases { get; private set; }

    /// <summary>Cases in which both did the same.</summary>
    public long Equal { get; private set; }

    /// <summary>Cases that differed once and not again.</summary>
    public long Unsteady { get; private set; }

    /// <summary>Cases of each declared divergence.</summary>
    public IReadOnlyDictionary<string, long> Declared => declared;

    /// <summary>New divergences, one case for each kind.</summary>
    public IReadOnlyCollection<Found> New => found.Values;

    /// <summary>True once so many kinds were found that more would tell nothing.</summary>
    public bool IsFull => found.Count >= MostFound;

    /// <summary>Counts a case.</summary>
    /// <returns>True if it is the first of a new kind.</returns>
    public bool Add(Case tried, Judgement judgement)
    {
        Frames += tried.Frames.Count;
        Cases++;
        if (judgement.IsEqual)
            Equal++;
        else if (judgement.Declared is { } known)
            declared[known.Id] = declared.GetValueOrDefault(known.Id) + 1;
        else if (found.TryGetValue(judgement.Signature, out var before))
            found[judgement.Signature] = before with { Count = before.Count + 1 };
        else
            return true;
        return false;
    }

    /// <summary>Counts a case that differed once and not again.</summary>
    public void AddUnsteady(string what)
    {
        Unsteady++;
        lastUnsteady = what;
    }

    /// <summary>Keeps a case of a new kind.</summary>
    public void Keep(Found divergence) => found[divergence.Judgement.Signature] = divergence;

    /// <summary>One line for the terminal.</summary>
    public string Line() =>
        $"{Frames} frames, {Cases} cases: {Equal} equal, {declared.Values.Sum()} declared divergences of {declared.Count} kinds, {found.Count} new kinds, {Unsteady} unsteady";

    /// <summary>All counts, and the new divergences with their frames.</summary>
    public string Report()
    {
        var text = new StringBuilder().AppendLine(Line());
        foreach (var (id, count) in declared.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            text.AppendLine($"  {count,9}  {id}");
        if (lastUnsteady is not null)
            text.AppendLine($"  unsteady: {lastUnsteady}");
        foreach (var divergence in found.Values.OrderByDescending(divergence => divergence.Count))
            text.Append(divergence);
        return text.ToString();
    }

    /// <summary>A new divergence.</summary>
    public sealed record Found(Case Case, Judgement Judgement, RouterOutput Ours, IReadOnlyList<PortFrame> Linux, long Count = 1)
    {
        /// <summary>The case as a file under tests/Cases/differential would have it, and what both routers did.</summary>
        public override string ToString()
        {
            var text = new StringBuilder().AppendLine().AppendLine($"NEW ({Count} cases) {Case.Name}").AppendLine($"  {Judgement.Signature}");
            text.AppendLine("  " + string.Join("; ", Judgement.Facts!.Where(fact => !Judgement.Signature.Contains($"{fact.Key}=")).Select(fact => $"{fact.Key}={fact.Value}")));
            foreach (var frame in Case.Frames)
                text.AppendLine($"  in {frame}");
            foreach (var frame in Ours.Frames)
                text.AppendLine($"  ours {frame}");
            foreach (var frame in Linux)
                text.AppendLine($"  linux {frame}");
            return text.ToString();
        }
    }
}
