namespace VRouter.TestKit;

/// <summary>A document under docs/ that is made from code: a test compares it, and writes it anew where VROUTER_WRITE_DOCS=1 is set.</summary>
public static class GeneratedDocument
{
    /// <summary>The difference, or null where the file holds the text.</summary>
    public static string? Compare(string name, string expected)
    {
        var path = RepositoryFiles.PathOf("docs", name);
        if (Environment.GetEnvironmentVariable("VROUTER_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        var actual = File.Exists(path) ? File.ReadAllText(path) : "";
        return actual == expected ? null : $"docs/{name} is out of date: run VROUTER_WRITE_DOCS=1 ./test.sh Core, and commit the file.";
    }
}
