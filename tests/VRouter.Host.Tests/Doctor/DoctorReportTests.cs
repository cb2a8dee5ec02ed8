using VRouter.Host.Doctor;
using VRouter.Io.Linux;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Doctor;

public sealed class DoctorReportTests
{
    [SkippableFact]
    public void Create_AsRoot_TriesEverythingAndLeavesNothing()
    {
        using var space = new ScratchNamespace();
        Requires.Tools("nft");
        string View() => space.Ip("-details link") + space.Exec("nft list ruleset") + (File.Exists("/proc/modules") ? File.ReadAllText("/proc/modules") : "");
        var before = View();
        var report = In(space);
        Assert.Equal(before, View());
        string[] expected =
        [
            "cap-net-raw", "cap-net-admin", "cap-sys-admin", "ipip", "vxlan", "af-packet", "tpacket-v2", "tpacket-v3", "packet-ignore-outgoing",
            "packet-vnet-hdr", "tap", "af-xdp", "tunnel-super-frames", "nft-netdev-ingress", "veth-offloads", "ip-forward", "rp-filter",
        ];
        Assert.Equal(expected, report.Checks.Select(check => check.Name).Where(expected.Contains));
        Assert.All(report.Checks, check => Assert.NotEqual("", check.Note));
        Assert.True(report.CanRun, string.Join('\n', report.Checks.Where(check => check.Status == CheckStatus.Missing)));
    }

    [SkippableFact]
    public void Create_KernelWithoutIpip_SaysWhatStandsIn()
    {
        using var space = new ScratchNamespace();
        var check = Assert.Single(In(space).Checks, check => check.Name == "ipip");
        Assert.Equal(KernelHasIpip(space) ? CheckStatus.Ok : CheckStatus.Absent, check.Status);
        Assert.Contains("vRouter itself", check.Note);
    }

    [SkippableFact]
    public void Create_GuardOfACrashedRouter_IsReported()
    {
        Requires.Tools("nft");
        using var space = new ScratchNamespace();
        space.Exec("nft add table netdev vrouter-ghost");
        var check = Assert.Single(In(space).Checks, check => check.Name == "guard");
        Assert.Equal((CheckStatus.Warning, "the guard of ghost is in place, but no router ghost runs here"), (check.Status, check.Found));
        Assert.Contains("nft delete table netdev vrouter-ghost", check.Note);
    }

    private static bool KernelHasIpip(ScratchNamespace space)
    {
        try
        {
            space.Ip("link add trial0 type ipip remote 10.0.0.1");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static DoctorReport In(ScratchNamespace space) => NetworkNamespace.Run<DoctorReport>(space.Name, () => DoctorReport.Create()).OrThrow();
}
