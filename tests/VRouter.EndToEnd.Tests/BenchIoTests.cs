using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary><c>vrouter bench io</c>, as short as it goes: not how fast anything is, but that it is told truly, and that nothing stays.</summary>
public class BenchIoTests
{
    [SkippableTheory]
    [InlineData("af-packet", "plain", "kernel")]
    [InlineData("af-packet", "ipip", "none")]
    [InlineData("af-packet", "vxlan", "none", "--record")]
    [InlineData("tap", "plain", "none")]
    [InlineData("tap", "ipip", "none")]
    [InlineData("tap", "vxlan", "none")]
    public async Task Io_EachDriverAndMode_CountsAddUp(string driver, string mode, string peer, string more = "")
    {
        var result = await PrivateRun.RunAsync($"$V bench io --seconds 1 --driver {driver} --mode {mode} --peer {peer} {more} -o json");

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        PrivateRun.AssertNothingLeft(result);
        using var report = JsonDocument.Parse(PrivateRun.OutputOf(result));
        var forwarders = report.RootElement.GetProperty("forwarders").EnumerateArray().ToList();
        Assert.Equal($"vrouter {driver}", forwarders[0].GetProperty("name").GetString());
        Assert.All(forwarders, AssertForwards);
        Assert.Equal(0, forwarders[0].GetProperty("unexplained").GetInt64());
        Assert.True(forwarders[0].GetProperty("ping").GetProperty("p50").GetDouble() > 0);
        Assert.True(forwarders[0].GetProperty("udp").GetProperty("p99").GetDouble() > 0);
        Assert.Equal(peer == "kernel" || more != "", forwarders.Count > 1);
        if (more == "--record")
            AssertRecorded(forwarders[1]);
        Assert.Equal(forwarders.Count - 1, report.RootElement.GetProperty("ratios").GetArrayLength());
        Assert.Equal(mode, report.RootElement.GetProperty("settings").GetProperty("mode").GetString());
    }

    private static void AssertRecorded(JsonElement forwarder)
    {
        var recording = forwarder.GetProperty("recording");
        Assert.EndsWith(", recording", forwarder.GetProperty("name").GetString());
        Assert.Equal(0, forwarder.GetProperty("unexplained").GetInt64());
        Assert.Equal(JsonValueKind.Null, recording.GetProperty("failure").ValueKind);
        Assert.True(recording.GetProperty("frames").GetInt64() >= forwarder.GetProperty("received").GetInt64());
        Assert.True(recording.GetProperty("bytes").GetInt64() > 60 * recording.GetProperty("frames").GetInt64());
        Assert.True(recording.GetProperty("workerRatio").GetDouble() > 0);
        Assert.True(recording.GetProperty("writerNanosecondsPerFrame").GetDouble() > 0);
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "vrouter-bench-io-*"));
    }

    [SkippableFact]
    public async Task Io_AfterARunWasKilled_RemovesItsRemains()
    {
        var result = await PrivateRun.RunAsync("""
            $V bench io --seconds 60 --peer none & pid=$!
            until grep -q '"pid": [0-9]' /run/vrouter/labs/bench-io-router/state.json 2>/dev/null; do sleep 0.05; done
            kill -9 $pid; wait $pid 2>/dev/null
            ls /run/vrouter/labs
            $V bench io --seconds 1 --peer none -o json
            """);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains("bench-io-router", result.Output);
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Io_Interrupted_LeavesNothing(string signal)
    {
        // A shell without job control lets its background commands ignore SIGINT; env gives the default back.
        var result = await PrivateRun.RunAsync($"""
            env --default-signal=INT $V bench io --seconds 60 --peer none & pid=$!
            until grep -q '"phase": "Up"' /run/vrouter/labs/bench-io-router/state.json 2>/dev/null; do sleep 0.05; done
            kill -{signal} $pid
            wait $pid
            """);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("interrupted", result.Errors);
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableFact]
    public async Task Io_TwoAtOnce_RefusesTheSecond()
    {
        var result = await PrivateRun.RunAsync("""
            $V bench io --seconds 60 --peer none & pid=$!
            until test -e /run/vrouter/labs/bench-io-router/state.json; do sleep 0.05; done
            $V bench io --seconds 1; code=$?
            kill $pid; wait $pid
            exit $code
            """.Replace("exit $code", "(exit $code)"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("another 'vrouter bench io' is under way", result.Errors);
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableFact]
    public async Task Io_WithoutRoot_SaysWhatIsMissing()
    {
        TestLab.Demand("setpriv");

        var result = await TestLab.ToolAsync("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. RouterProcess.Program, "bench", "io"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("CAP_NET_ADMIN", result.Errors);
    }

    private static void AssertForwards(JsonElement forwarder)
    {
        var (sent, received) = (forwarder.GetProperty("sent").GetInt64(), forwarder.GetProperty("received").GetInt64());
        Assert.InRange(received, 1, sent);
        Assert.Equal(sent - received, forwarder.GetProperty("lost").GetInt64());
        Assert.True(forwarder.GetProperty("verifiedFrames").GetInt32() > 0);
        Assert.True(forwarder.GetProperty("losslessPerSecond").GetDouble() >= 0);
    }
}
