using System.Text.Json;
using VRouter.Host.Tests.Api;

namespace VRouter.Host.Tests.Cli;

public sealed class ShowCommandTests
{
    [Fact]
    public async Task Show_Routes_IsATableAsLinuxPeopleExpect()
    {
        await using var router = await RunningRouter.StartAsync();
        var run = await CommandRun.Of("show", "routes", "--socket", router.Socket);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(
            [
                "prefix              kind       next hop                         port              mtu  source     preference",
                "0.0.0.0/0           via        172.16.6.254                     eth0             1500  host                0",
                "172.16.6.0/24       connected  -                                eth0             1500  host                0",
                "172.16.6.47/32      local      -                                -                   -  host                0",
                "192.168.121.0/26    ipip       172.16.199.114 via 172.16.6.254  eth0             1480  resources         100",
                "192.168.135.64/26   ipip       172.16.6.249                     eth0             1480  resources         100",
                "192.168.187.192/26  blackhole  -                                -                   -  resources         100",
                "192.168.187.211/32  workload   -                                calie50081a277c  1500  resources         100",
            ],
            run.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Show_Json_IsTheViewForPrograms()
    {
        await using var router = await RunningRouter.StartAsync();
        var run = await CommandRun.Of("show", "tunnels", "-o", "json", "--socket", router.Socket);
        var tunnels = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(["172.16.6.249", "172.16.199.114"], tunnels.EnumerateArray().Select(tunnel => tunnel.GetProperty("remote").GetString()));
        Assert.Equal(["walker-2", "demi-1"], tunnels.EnumerateArray().Select(tunnel => tunnel.GetProperty("node").GetString()));
    }

    [Theory]
    [InlineData("routes")]
    [InlineData("ports")]
    [InlineData("neighbors")]
    [InlineData("tunnels")]
    [InlineData("drops")]
    [InlineData("counters")]
    [InlineData("runtime")]
    [InlineData("health")]
    public async Task Show_EachView_WorksInBothFormats(string view)
    {
        await using var router = await RunningRouter.StartAsync();
        var table = await CommandRun.Of("show", view, "--socket", router.Socket);
        Assert.Equal((0, ""), (table.ExitCode, table.Errors));
        Assert.NotEqual("", table.Output);
        Assert.DoesNotContain('\e', table.Output);
        var json = await CommandRun.Of("show", view, "--socket", router.Socket, "-o", "json");
        Assert.Equal(0, json.ExitCode);
        JsonDocument.Parse(json.Output);
    }

    [Fact]
    public async Task Show_NoRouter_SaysSo()
    {
        var run = await CommandRun.Of("show", "routes", "--socket", "/nonexistent/x.sock");
        Assert.Equal(
            (1, "", "vrouter: there is no socket /nonexistent/x.sock: the router does not run, or has another spec.control.socket\n"),
            (run.ExitCode, run.Output, run.Errors));
    }
}
