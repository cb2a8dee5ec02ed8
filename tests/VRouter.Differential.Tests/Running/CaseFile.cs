using System.Text;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Network;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Running;

/// <summary>
/// A case that was found once, as a text file under tests/Cases/differential: comments, then lines "in PORT FRAME" for what goes in, and "out PORT FRAME" for what our router, freshly made,
/// sends.
/// </summary>
internal sealed record CaseFile(Case Case, IReadOnlyList<PortFrame> Expected)
{
    /// <summary>Where they are.</summary>
    public static string Folder { get; } = RepositoryFiles.PathOf("tests", "Cases", "differential");

    /// <summary>The files' names, sorted.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is none of the three kinds, or there is no frame.</exception>
    public static CaseFile Read(string name)
    {
        var (sent, expected) = (new List<PortFrame>(), new List<PortFrame>());
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Folder, $"{name}.txt")))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            var (list, start) = line.StartsWith("in ", StringComparison.Ordinal) ? (sent, 3)
                : line.StartsWith("out ", StringComparison.Ordinal) ? (expected, 4)
                : throw new FormatException($"{name}.txt:{number}: '{line}' begins with neither 'in', 'out' nor '#'.");
            list.Add(PortFrame.Parse(line[start..]));
        }

        return sent.Count > 0 ? new CaseFile(new Case(name, sent), expected) : throw new FormatException($"{name}.txt: there is no frame.");
    }

    /// <summary>Writes the "out" lines of a file anew.</summary>
    public static void Renew(string name)
    {
        var path = Path.Combine(Folder, $"{name}.txt");
        using var router = new RouterSide(fused: true, strictVxlan: true);
        var kept = File.ReadAllLines(path).Where(line => !line.StartsWith("out ", StringComparison.Ordinal));
        File.WriteAllLines(path, [.. kept, .. router.Run(Read(name).Case.Frames).Frames.Select(frame => $"out {frame}")]);
    }

    /// <summary>The text of a file; a fresh router says what is expected.</summary>
    /// <param name="comment">What the case is about.</param>
    /// <param name="found">The case.</param>
    public static string TextOf(string comment, Case found)
    {
        using var router = new RouterSide(fused: true, strictVxlan: true);
        var text = new StringBuilder().Append("# ").AppendLine(comment);
        foreach (var frame in found.Frames)
            text.Append("in ").AppendLine(frame.ToString());
        foreach (var frame in router.Run(found.Frames).Frames)
            text.Append("out ").AppendLine(frame.ToString());
        return text.ToString();
    }
}
