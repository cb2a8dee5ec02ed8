using System.Text.RegularExpressions;
using VRouter.EndToEnd.Tests.Support;
using VRouter.Host.Demo;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests;

/// <summary><c>vrouter demo</c> as a newcomer types it.</summary>
public class DemoCommandTests
{
    public static TheoryData<string> Words => SeedTablesTests.Words;

    [SkippableTheory]
    [MemberData(nameof(Words))]
    public async Task Demo_EachMode_SucceedsAndLeavesNothing(string word)
    {
        var result = await PrivateRun.RunAsync($"$V demo {word}");

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        var output = PrivateRun.OutputOf(result);
        Assert.Contains("Who reaches whom", output);
        Assert.Equal(word == "never" ? 2 : 6, Regex.Count(output, @"ttl=62  \d"));
        Assert.Equal(word == "never", output.Contains("nothing seen", StringComparison.Ordinal));
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableFact]
    public async Task Demo_Pcap_LeavesACaptureOfEachWireThatTsharkReads()
    {
        TestLab.Demand("tshark", "mergecap");
        var folder = Directory.CreateTempSubdirectory("vre").FullName;
        try
        {
            var result = await PrivateRun.RunAsync($"$V demo vxlan --pcap {folder}");

            Assert.True(result.ExitCode == 0, result.Output + result.Errors);
            Assert.Equal(DemoWire.All.Select(wire => wire.FileName).Order(), Directory.GetFiles(folder).Select(Path.GetFileName).Order());
            var lines = await Tshark.FieldsAsync(
                Path.Combine(folder, DemoWire.Demi1.FileName), "vxlan && icmp.type == 8 && ip.dst == 192.168.121.2", "vxlan.vni", "udp.dstport", "ip.src");
            Assert.Contains("4096\t4789\t172.16.6.47,192.168.187.211", lines);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public async Task Demo_Keep_StaysUntilLabDown()
    {
        var result = await PrivateRun.RunAsync("""
            $V demo always --keep || exit 1
            $V lab exec demo busybox-1 -- ping -n -c 1 -W 2 192.168.121.2 || exit 2
            $V lab list
            $V lab down demo
            """);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains("vrouter lab down demo", result.Output);
        Assert.Contains("3 of 3 running", result.Output);
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Demo_Signalled_LeavesNothing(string signal)
    {
        // The shell ignores SIGINT for what it starts in the background; setsid --fork would hide the process number, so env resets it.
        var result = await PrivateRun.RunAsync($"""
            env --default-signal=INT $V demo always & pid=$!
            until grep -q . /run/vrouter/labs/demo/walker-1.log; do sleep 0.05; done 2>/dev/null
            kill -{signal} $pid
            wait $pid
            """);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("interrupted; what was built has been taken away", result.Errors);
        PrivateRun.AssertNothingLeft(result);
    }

    [SkippableFact]
    public async Task Demo_WithoutRoot_RunsInMemory()
    {
        TestLab.Demand("setpriv");

        var result = await TestLab.ToolAsync("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. RouterProcess.Program, "demo", "cross-subnet"]);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Contains("Without root", result.Output);
        Assert.Contains("All pods reach each other.", result.Output);
    }
}
