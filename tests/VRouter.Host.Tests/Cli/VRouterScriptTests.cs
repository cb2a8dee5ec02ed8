using System.Diagnostics;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Cli;

/// <summary>The script ./vrouter in a checkout of its own, with a dotnet that notes each build and makes a program that repeats its arguments.</summary>
public sealed class VRouterScriptTests : IDisposable
{
    private const string FakeDotnet =
        """
        #!/bin/sh
        root=${2%/src/VRouter.Host/VRouter.Host.csproj}
        echo build >>"$root/builds"
        if [ -e "$root/broken" ]; then echo 'Program.cs(1,1): error CS0000: broken'; exit 1; fi
        sleep 0.3
        mkdir -p "$root/src/VRouter.Host/bin/Release/net10.0"
        printf '#!/bin/sh\necho "ran $*"; exit 7\n' >"$root/src/VRouter.Host/bin/Release/net10.0/vrouter-host"
        chmod +x "$root/src/VRouter.Host/bin/Release/net10.0/vrouter-host"
        """;

    private readonly string root = Directory.CreateTempSubdirectory("vrscript-").FullName;

    public VRouterScriptTests()
    {
        Directory.CreateDirectory(Path.Combine(root, "src", "VRouter.Host"));
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy(RepositoryFiles.PathOf("vrouter"), Path.Combine(root, "vrouter"));
        foreach (var file in (string[])["src/VRouter.Host/VRouter.Host.csproj", "src/VRouter.Host/Program.cs", "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"])
            File.WriteAllText(Path.Combine(root, file), "");
        var dotnet = Path.Combine(root, "bin", "dotnet");
        File.WriteAllText(dotnet, FakeDotnet.ReplaceLineEndings("\n") + "\n");
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private int Builds => File.Exists(Path.Combine(root, "builds")) ? File.ReadAllLines(Path.Combine(root, "builds")).Length : 0;

    [Fact]
    public void Script_NothingBuilt_BuildsOnceAndPassesArgumentsAndExitCodeOn()
    {
        var first = Run("one", "two words");
        Assert.Equal((7, "ran one two words\n", "vrouter: building, which takes a moment ...\n"), first);
        Assert.Equal((7, "ran again\n", ""), Run("again"));
        Assert.Equal(1, Builds);
    }

    [Fact]
    public void Script_SourceChangedAddedOrDeleted_BuildsAgain()
    {
        var (known, added) = (Path.Combine(root, "src", "VRouter.Host", "Program.cs"), Path.Combine(root, "src", "VRouter.Host", "More.cs"));
        Run();
        File.WriteAllText(known, "changed");
        Run();
        Assert.Equal(2, Builds);
        File.WriteAllText(added, "");
        Run();
        Assert.Equal(3, Builds);
        File.Delete(added);
        Run();
        Assert.Equal(4, Builds);
        // An older time is a change too, as when another version is checked out.
        File.SetLastWriteTimeUtc(known, DateTime.UnixEpoch);
        Run();
        Assert.Equal(5, Builds);
    }

    [Fact]
    public void Script_BuildFails_ShowsTheErrorsAndTriesAgainNextTime()
    {
        File.WriteAllText(Path.Combine(root, "broken"), "");
        var (code, output, errors) = Run();
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("error CS0000: broken", errors);
        Assert.EndsWith("vrouter: the build failed\n", errors);
        File.Delete(Path.Combine(root, "broken"));
        Assert.Equal(7, Run().ExitCode);
    }

    [Fact]
    public async Task Script_SeveralAtOnce_BuildOnce()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Run("x"))));
        Assert.All(runs, run => Assert.Equal((7, "ran x\n"), (run.ExitCode, run.Output)));
        Assert.Equal(1, Builds);
    }

    [Fact]
    public void Script_ThroughALinkWithoutStandardInput_Works()
    {
        var link = Path.Combine(root, "bin", "link");
        File.CreateSymbolicLink(link, Path.Combine(root, "vrouter"));
        Assert.Equal(7, Start("sh", "-c", $"'{link}' <&-").ExitCode);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private (int ExitCode, string Output, string Errors) Run(params string[] arguments) => Start(Path.Combine(root, "vrouter"), arguments);

    private (int ExitCode, string Output, string Errors) Start(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["PATH"] = $"{root}/bin:/usr/bin:/bin";
        start.Environment.Remove("DOTNET_ROOT");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
