using System.Diagnostics;
using VRouter.Host.Lab;
using VRouter.Host.Tests.Configuration;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Daemon;

/// <summary><c>vrouter run</c> as a process in a network namespace: what it says, how it ends, what it leaves.</summary>
public sealed class RunTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("vrrun-").FullName;
    private readonly List<Process> processes = [];
    private ScratchNamespace? space;

    private ScratchNamespace Host => space ??= MakeHost();

    private string Socket => Path.Combine(folder, "n1.sock");

    private string Config => Path.Combine(folder, "cluster.yaml");

    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task Run_Started_IsReadyInOneLineAndEndsCleanly(string signal)
    {
        Write();
        var router = await ReadyAsync();
        Assert.Contains("table netdev vrouter-walker-1", Host.Exec("nft list tables"));
        Assert.True(File.Exists(Socket));

        Assert.Equal((0, ""), await EndAsync(router, signal));
        Assert.Equal("", Host.Exec("nft list ruleset"));
        Assert.False(File.Exists(Socket));
    }

    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Run_ToldToEndWhileItStarts_EndsCleanlyToo(string signal)
    {
        Write();
        var router = StartRouter([]);
        var waited = Stopwatch.StartNew();
        while (!File.Exists(Socket) && waited.Elapsed < Limit)
            await Task.Delay(1);

        Assert.Equal(0, (await EndAsync(router, signal)).ExitCode);
        Assert.Equal("", Host.Exec("nft list ruleset"));
        Assert.False(File.Exists(Socket));
    }

    [SkippableFact]
    public async Task Run_SecondRouterOfTheNode_RefusesAndLeavesTheFirstAlone()
    {
        Write();
        var router = await ReadyAsync();
        var (code, _, errors) = await RunAsync();
        Assert.Equal((1, "vrouter: another router runs as node walker-1 in this network namespace; end it first\n"), (code, errors));
        Assert.Contains("table netdev vrouter-walker-1", Host.Exec("nft list tables"));
        Assert.True(File.Exists(Socket));
        await EndAsync(router);
    }

    [SkippableFact]
    public async Task Run_SecondRouterOnTheSocket_RefusesAndLeavesTheFirstAlone()
    {
        Write();
        var router = await ReadyAsync();
        var (code, _, errors) = await RunAsync("--node", "walker-2");
        Assert.Equal(1, code);
        Assert.Contains("another router listens at the control socket", errors);
        Assert.True(File.Exists(Socket));
        await EndAsync(router);
        Assert.Equal("", Host.Exec("nft list ruleset"));
    }

    [SkippableFact]
    public async Task Run_AfterACrash_TakesOverWhatWasLeft()
    {
        Write();
        var crashed = await ReadyAsync();
        crashed.Kill();
        await crashed.WaitForExitAsync();

        Assert.Contains("table netdev vrouter-walker-1", Host.Exec("nft list tables"));
        Assert.True(File.Exists(Socket));
        var router = await ReadyAsync();
        Assert.Equal(0, (await EndAsync(router)).ExitCode);
        Assert.Equal("", Host.Exec("nft list ruleset"));
    }

    [SkippableFact]
    public async Task Run_UnknownUplink_NamesThePlaceAndLeavesNothing()
    {
        Write(text => text.Replace("interface: eth0", "interface: eth9", StringComparison.Ordinal));
        var (code, output, errors) = await RunAsync();
        Assert.Equal((1, ""), (code, output));
        Assert.Matches(@"^/.*/cluster\.yaml:\d+:\d+: error: spec\.uplink\.interface 'eth9' is no interface of this host, which has lo, [a-z0-9, ]+\n$", errors);
        Assert.Equal("", Host.Exec("nft list ruleset"));
        Assert.False(File.Exists(Socket));
    }

    [SkippableFact]
    public async Task Run_BrokenConfiguration_EndsWithCode2()
    {
        Write(text => text.Replace("ipipMode: Always", "ipipMode: Sometimes", StringComparison.Ordinal));
        var (code, output, errors) = await RunAsync();
        Assert.Equal((2, ""), (code, output));
        Assert.Matches(@"cluster\.yaml:\d+:\d+: error: spec\.ipipMode", errors);
    }

    [SkippableFact]
    public async Task Run_WithoutCapabilities_NamesThem()
    {
        Requires.Tools("setpriv");
        Write();
        var (code, _, errors) = await RunAsync(
            ["setpriv", "--bounding-set=-net_admin,-net_raw", "--inh-caps=-net_admin,-net_raw", .. RouterProcess.Program, "run", "-f", Config, "--node", "walker-1"]);
        Assert.Equal(1, code);
        Assert.Contains("lacks CAP_NET_RAW (for packet sockets) and CAP_NET_ADMIN (for the nftables guard)", errors);
    }

    [SkippableFact]
    public async Task Run_FileBreaksAndHeals_KeepsTheOldStateAndTellsWhy()
    {
        Write();
        var router = await ReadyAsync();
        File.AppendAllText(Config, "\n---\nkind: [\n");
        await LogAsync(router, "error: files: they are not valid since their last change (1 error); what is in effect stays");
        Write();
        await LogAsync(router, "info: files: no longer so");
        Assert.Equal(0, (await EndAsync(router)).ExitCode);
    }

    [SkippableFact]
    public async Task Run_FilesNameAnUplinkThatIsNotThereYet_AreAppliedWhenItAppears()
    {
        Write();
        var router = await ReadyAsync();
        Write(text => text.Replace("interface: eth0", "interface: eth1", StringComparison.Ordinal));
        await LogAsync(router, "spec.uplink.interface 'eth1' is no interface of this host");
        Host.Ip("link set other0 down");
        Host.Ip("link set other0 name eth1");
        Host.Ip("link set eth1 up");
        await LogAsync(router, "info: port eth1 attached");
        await LogAsync(router, "info: port eth0 detached");
        Assert.Equal(0, (await EndAsync(router)).ExitCode);
    }

    [SkippableFact]
    public async Task Run_NoGuard_SetsNoRulesAndWarns()
    {
        Write();
        var router = await ReadyAsync("--no-guard");
        await LogAsync(router, "warning: --no-guard");
        Assert.Equal("", Host.Exec("nft list ruleset"));
        await EndAsync(router);
    }

    [SkippableFact]
    public async Task Run_GuardRemovedByOthers_IsSetAgain()
    {
        Write();
        var router = await ReadyAsync();
        Host.Exec("nft flush ruleset");
        await LogAsync(router, "guard: somebody removed the table; it is set again");
        var waited = Stopwatch.StartNew();
        while (Host.Exec("nft list ruleset").Length == 0 && waited.Elapsed < Limit)
            await Task.Delay(50);
        Assert.Contains("vrouter-walker-1", Host.Exec("nft list tables"));
        await EndAsync(router);
    }

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.Kill();
            process.Dispose();
        }

        space?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static ScratchNamespace MakeHost()
    {
        Requires.Tools("nft");
        var host = new ScratchNamespace();
        host.Ip("link add eth0 type veth peer name peer0");
        host.Ip("address add 172.16.6.47/24 dev eth0");
        host.Ip("link set eth0 up");
        host.Ip("link set peer0 up");
        host.Ip("link set peer0 name other0");
        return host;
    }

    private void Write(Func<string, string>? change = null)
    {
        var text = Seed001.Text("Always").Replace("uplink: {interface: eth0", $"control: {{socket: {Socket}}}, uplink: {{interface: eth0", StringComparison.Ordinal);
        File.WriteAllText(Config, change is null ? text : change(text));
    }

    private Process Start(params string[] words)
    {
        var process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", Host.Name, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        processes.Add(process);
        return process;
    }

    // Whoever runs the tests may ignore signals (nohup does), which a child inherits and a program should respect.
    private Process StartRouter(string[] options) =>
        Start(["env", "--default-signal=HUP,INT,TERM", .. RouterProcess.Program, "run", "-f", Config, .. options.Contains("--node") ? options : [.. options, "--node", "walker-1"]]);

    private async Task<Process> ReadyAsync(params string[] options)
    {
        var router = StartRouter(options);
        using var limit = new CancellationTokenSource(Limit);
        var line = await router.StandardOutput.ReadLineAsync(limit.Token);
        Assert.True(line is not null, line is null ? await router.StandardError.ReadToEndAsync(limit.Token) : "");
        Assert.Equal("vrouter: ready: node walker-1, 0 of 1 workload, 7 routes, uplink eth0 (af-packet)", line);
        return router;
    }

    private static async Task<(int ExitCode, string Output)> EndAsync(Process router, string signal = "TERM")
    {
        using var limit = new CancellationTokenSource(Limit);
        var errors = router.StandardError.ReadToEndAsync(limit.Token);
        Process.Start("kill", [$"-{signal}", $"{router.Id}"])!.WaitForExit();
        await router.WaitForExitAsync(limit.Token);
        await errors;
        return (router.ExitCode, await router.StandardOutput.ReadToEndAsync(limit.Token));
    }

    private static async Task LogAsync(Process router, string expected)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await router.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(expected, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The router ended without '{expected}' in its log.");
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] options) =>
        FinishAsync(options.Length > 0 && options[0] == "setpriv" ? Start(options) : StartRouter(options));

    private static async Task<(int ExitCode, string Output, string Errors)> FinishAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await errors);
    }
}
