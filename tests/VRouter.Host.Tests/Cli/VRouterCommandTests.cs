namespace VRouter.Host.Tests.Cli;

public sealed class VRouterCommandTests
{
    public static TheoryData<string> Commands => ["run", "show", "check", "doctor", "demo", "lab", "replay", "bench"];

    [Fact]
    public async Task RunAsync_NothingAsked_ListsTheCommands()
    {
        var run = await CommandRun.Of();
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        foreach (var row in Commands)
            Assert.Matches($@"(?m)^  {row} ", run.Output);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task RunAsync_HelpOfACommand_DescribesItWithExamples(string command)
    {
        var run = await CommandRun.Of(command, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains($"vrouter {command}", run.Output);
        Assert.Matches($@"(?m)^Examples:\n  vrouter {command}", run.Output);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Theory]
    [InlineData("chek", "vrouter: 'chek' is not a command; did you mean 'check'?\nTry: vrouter --help\n")]
    [InlineData("check", "vrouter: Option '--file' is required.\nTry: vrouter check --help\n")]
    [InlineData("show|rotes", "vrouter: 'rotes' is not a command; did you mean 'routes'?\nTry: vrouter show --help\n")]
    [InlineData("show", "vrouter: Required command was not provided.\nTry: vrouter show --help\n")]
    public async Task RunAsync_WrongCommandLine_SaysWhatAndEndsWithCode2(string line, string errors)
    {
        var run = await CommandRun.Of(line.Split('|'));
        Assert.Equal((2, "", errors), (run.ExitCode, run.Output, run.Errors));
    }

    [Fact]
    public async Task RunAsync_WrongFormat_NamesTheRightOnes()
    {
        var run = await CommandRun.Of("doctor", "-o", "xml");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'json'", run.Errors);
    }

    [Fact]
    public async Task RunAsync_Version_IsANumber() => Assert.Matches(@"^\d+\.\d+\.\d+", (await CommandRun.Of("--version")).Output);
}
