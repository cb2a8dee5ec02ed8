using VRouter.Host.Configuration;

namespace VRouter.Host.Tests.Configuration;

public sealed class ConfigurationPathsTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("vrouter-paths-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void Load_Directory_ReadsItsFilesInOrdinalOrder()
    {
        Directory.CreateDirectory(Path.Combine(directory.FullName, "sub.yaml"));
        foreach (var name in (string[])["b.yml", "a.json", "B.yaml", ".hidden.yaml", "notes.txt", "c.yaml.bak"])
            Write(name, "5");
        Assert.Equal(
            $"{directory.FullName}/B.yaml:1:1: error: a resource must be a mapping, not the number 5\n"
            + $"{directory.FullName}/a.json:1:1: error: a resource must be a mapping, not the number 5\n"
            + $"{directory.FullName}/b.yml:1:1: error: a resource must be a mapping, not the number 5",
            Findings(directory.FullName));
    }

    [Fact]
    public void Load_ResourcesOfSeveralFiles_AreCheckedTogether()
    {
        Write("1.yaml", Seed001.Text());
        Write("2.yaml", Seed001.Block("nobody", "192.168.1.0/26"));
        Assert.Equal($"{directory.FullName}/2.yaml:5:14: error: spec.node names node 'nobody', but there is no such Node", Findings(directory.FullName));
    }

    [Fact]
    public void Load_ResourceTwiceInTwoFiles_NamesBothPlaces()
    {
        Write("1.yaml", Seed001.Text());
        var second = Write("2.yaml", Seed001.Router("demi-1", "172.16.199.254"));
        Assert.Equal(
            $"{second}:4:18: error: RouterConfiguration 'demi-1' is given twice; first at {directory.FullName}/1.yaml:48:18",
            Findings(directory.FullName));
    }

    [Fact]
    public void Load_OneFileByTwoPaths_IsReadOnce()
    {
        var file = Write("1.yaml", Seed001.Text());
        Assert.Equal(string.Empty, Findings(directory.FullName, file, Path.Combine(directory.FullName, ".", "1.yaml")));
    }

    [Fact]
    public void Load_FileWithAnotherEnding_IsReadIfNamedItself() => Assert.Equal(string.Empty, Findings(Write("cluster.conf", Seed001.Text())));

    [Fact]
    public void Load_MissingPath_IsAnErrorAndTheOthersAreStillChecked()
    {
        var broken = Write("1.yaml", "a: [");
        Assert.Equal(
            $"/nowhere/x.yaml: error: no such file or directory\n{broken}:2:1: error: While parsing a node, did not find expected node content",
            Findings("/nowhere/x.yaml", broken));
    }

    [Fact]
    public void Load_MissingFile_DoesNotMakeItsResourcesMissingToo()
    {
        var block = Write("1.yaml", Seed001.Block("elsewhere", "192.168.1.0/26"));
        Assert.DoesNotContain("no such Node", Findings(block, "/nowhere/nodes.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyDirectory_IsAnError() =>
        Assert.Equal($"{directory.FullName}: error: the directory has no *.yaml, *.yml or *.json files", Findings(directory.FullName));

    [Fact]
    public void Load_EmptyPath_IsAnError() => Assert.Equal("error: a configuration path must not be empty", Findings(""));

    [Fact]
    public void Load_HugeFile_IsAnError()
    {
        var file = Path.Combine(directory.FullName, "huge.yaml");
        using (var stream = File.Create(file))
            stream.SetLength(ConfigurationPaths.MaxFileSize + 1);
        Assert.Equal($"{file}: error: is larger than 32 MiB", Findings(file));
    }

    private static string Findings(params string[] paths) => ConfigurationLoader.Load(paths).Diagnostics.ToString();

    private string Write(string name, string text)
    {
        var path = Path.Combine(directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
