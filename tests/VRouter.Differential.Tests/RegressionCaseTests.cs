using VRouter.Differential.Tests.Judging;
using VRouter.Differential.Tests.Network;
using VRouter.Differential.Tests.Running;

namespace VRouter.Differential.Tests;

/// <summary>The cases that runs have found, each as small as it could be made.</summary>
public sealed class RegressionCaseTests
{
    public static TheoryData<string> Names => [.. CaseFile.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Ours_EachKeptCase_SendsWhatTheFileSays(string name)
    {
        if (Environment.GetEnvironmentVariable("VROUTER_WRITE_CASES") == "1")
            CaseFile.Renew(name);
        var file = CaseFile.Read(name);
        foreach (var fused in (bool[])[true, false])
        {
            using var router = new RouterSide(fused, strictVxlan: true);
            Assert.Equal(file.Expected.Select(frame => frame.ToString()), router.Run(file.Case.Frames).Frames.Select(frame => frame.ToString()));
        }
    }

    [SkippableFact]
    public void Both_EachKeptCase_DivergesOnlyAsDeclared()
    {
        var list = DivergenceList.Read();
        using var twins = new Twins(list);
        var run = new DifferentialRun(twins);
        run.Run(CaseFile.Names.Select(name => CaseFile.Read(name).Case));
        Assert.True(run.Tally.New.Count == 0 && run.Tally.Unsteady == 0, run.Tally.Report());
    }
}
