using System.Text.RegularExpressions;

namespace VRouter.TestKit.Requirements;

/// <summary>The tags of all tests, read from their sources, so that no project needs to be built for it.</summary>
public static partial class RequirementTags
{
    /// <summary>For each requirement that is tagged the tests, as "Class.Method", in order.</summary>
    /// <exception cref="InvalidOperationException">A tag stands at no test.</exception>
    public static SortedDictionary<string, SortedSet<string>> Read()
    {
        var tags = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.PathOf("tests"), "*.cs", SearchOption.AllDirectories))
        {
            var parts = file.Split(Path.DirectorySeparatorChar);
            if (!parts.Contains("obj") && !parts.Contains("bin"))
                Read(file, tags);
        }

        return tags;
    }

    private static void Read(string file, SortedDictionary<string, SortedSet<string>> tags)
    {
        List<string> waiting = [];
        var type = "";
        foreach (var line in File.ReadLines(file))
        {
            if (Class().Match(line) is { Success: true } found)
                type = found.Groups[1].Value;
            if (Tag().Match(line) is { Success: true } tag)
                waiting.AddRange(Id().Matches(tag.Groups[1].Value).Select(id => id.Groups[1].Value));
            if (waiting.Count == 0 || Method().Match(line) is not { Success: true } method)
                continue;
            foreach (var id in waiting)
            {
                if (!tags.TryGetValue(id, out var tests))
                    tags.Add(id, tests = new SortedSet<string>(StringComparer.Ordinal));
                tests.Add($"{type}.{method.Groups[1].Value}");
            }

            waiting.Clear();
        }

        if (waiting.Count > 0)
            throw new InvalidOperationException($"{file}: [Rfc(\"{waiting[0]}\")] stands at no test.");
    }

    [GeneratedRegex(@"^(?:public|internal) .*\bclass (\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^\s*\[Rfc\((.*)\)\]")]
    private static partial Regex Tag();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\s*public (?:async Task|void) (\w+)\(")]
    private static partial Regex Method();
}
