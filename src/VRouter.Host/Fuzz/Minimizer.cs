namespace VRouter.Host.Fuzz;

/// <summary>Makes the input of a finding as simple as it can: takes what the target offers as simpler as long as the same finding comes of it.</summary>
/// <param name="target">The target.</param>
/// <param name="mostRuns">When to stop.</param>
internal sealed class Minimizer(IFuzzTarget target, int mostRuns = 4000)
{
    private readonly Coverage coverage = new();

    /// <summary>Minimises.</summary>
    /// <param name="input">An input with a finding.</param>
    /// <param name="finding">The finding.</param>
    /// <returns>The simplest input that was met, and its finding, of the same signature.</returns>
    public (byte[] Input, Finding Finding) Minimize(byte[] input, Finding finding)
    {
        var runs = 0;
        bool isSimpler;
        do
        {
            isSimpler = false;
            foreach (var candidate in target.Simplify(input))
            {
                if (++runs > mostRuns)
                    return (input, finding);
                if (FuzzRun.Try(target, candidate, coverage) is not { } again || again.Signature != finding.Signature)
                    continue;
                (input, finding, isSimpler) = (candidate, again, true);
                break;
            }
        }
        while (isSimpler);
        return (input, finding);
    }
}
