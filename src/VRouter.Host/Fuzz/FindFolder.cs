namespace VRouter.Host.Fuzz;

/// <summary>Writes finds: the input, what reproduces it without the fuzzer, and a text about both.</summary>
internal static class FindFolder
{
    /// <summary>Writes one.</summary>
    /// <param name="target">Where it was found.</param>
    /// <param name="input">The minimised input.</param>
    /// <param name="finding">What is wrong.</param>
    /// <param name="caseNumber">The number of the case.</param>
    /// <param name="parent">Where its folder is made.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FuzzFind Write(IFuzzTarget target, byte[] input, Finding finding, long caseNumber, string parent)
    {
        var folder = Path.Combine(parent, $"{target.Name}-{finding.Oracle}-{Corpus.NameOf(input)}");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"input.{target.Extension}");
        File.WriteAllBytes(file, input);
        var reproduce = target.Export(input, folder);
        var again = $"vrouter fuzz {target.Arguments} --input {file}";
        File.WriteAllText(Path.Combine(folder, "find.txt"), $"{finding.Oracle}: {finding.Message}\n\nAgain:\n  {reproduce}\n  {again}\n");
        return new FuzzFind(finding.Oracle, finding.Message, caseNumber, folder, reproduce);
    }
}
