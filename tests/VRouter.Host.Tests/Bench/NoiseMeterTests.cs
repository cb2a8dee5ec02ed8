using VRouter.Host.Bench;

namespace VRouter.Host.Tests.Bench;

public sealed class NoiseMeterTests
{
    [Fact]
    public void Judge_AQuietMachine_HasNothingToNote()
    {
        var report = NoiseMeter.Judge(load: 0.4, [100, 101, 102, 100]);
        Assert.Equal((false, 0, 3), (report.Noisy, report.DisturbedRounds, report.Rounds));
        Assert.Empty(report.Notes);
    }

    [Fact]
    public void Judge_SlowCalibrations_CountsTheRoundsBesideThem()
    {
        var report = NoiseMeter.Judge(load: 0, [100, 150, 100, 100, 104]);
        Assert.Equal((true, 3, 4, 0.0, 50.0), (report.Noisy, report.DisturbedRounds, report.Rounds, report.CalibrationMedianPercent, report.CalibrationMaxPercent));
        Assert.StartsWith("a fixed loop took up to 50 % longer around 3 of 4 rounds", Assert.Single(report.Notes));
    }

    [Fact]
    public void Judge_LoadAboveOne_SaysSo() =>
        Assert.StartsWith("the load average was 2.50", Assert.Single(NoiseMeter.Judge(load: 2.5, [100, 100]).Notes));
}
