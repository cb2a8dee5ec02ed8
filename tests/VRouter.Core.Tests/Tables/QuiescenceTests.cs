using VRouter.Core.Tables;

namespace VRouter.Core.Tests.Tables;

public sealed class QuiescenceTests
{
    [Fact]
    public void HasPassed_NoReader_IsTrue()
    {
        var quiescence = new Quiescence();

        Assert.True(quiescence.HasPassed(quiescence.Mark()));
    }

    [Fact]
    public void HasPassed_ActiveReader_OnlyAfterItsReport()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        reader.Report();
        var mark = quiescence.Mark();

        Assert.False(quiescence.HasPassed(mark));
        reader.Report();
        Assert.True(quiescence.HasPassed(mark));
    }

    [Fact]
    public void HasPassed_ReportBeforeALaterMark_PassesTheEarlierOneOnly()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        var earlier = quiescence.Mark();
        reader.Report();
        var later = quiescence.Mark();

        Assert.True(quiescence.HasPassed(earlier));
        Assert.False(quiescence.HasPassed(later));
    }

    [Fact]
    public void HasPassed_TwoReaders_WaitsForTheSlower()
    {
        var quiescence = new Quiescence();
        using var quick = quiescence.Register();
        using var slow = quiescence.Register();
        var mark = quiescence.Mark();
        quick.Report();

        Assert.False(quiescence.HasPassed(mark));
        slow.Report();
        Assert.True(quiescence.HasPassed(mark));
    }

    [Fact]
    public void HasPassed_ReaderRests_DoesNotWaitUntilItIsBack()
    {
        var quiescence = new Quiescence();
        using var reader = quiescence.Register();
        reader.Leave();
        Assert.True(quiescence.HasPassed(quiescence.Mark()));

        reader.Enter();
        Assert.False(quiescence.HasPassed(quiescence.Mark()));
    }

    [Fact]
    public void Dispose_LastReader_NobodyIsWaitedFor()
    {
        var quiescence = new Quiescence();
        var reader = quiescence.Register();
        Assert.Equal(1, quiescence.Readers);
        var mark = quiescence.Mark();

        reader.Dispose();

        Assert.Equal(0, quiescence.Readers);
        Assert.True(quiescence.HasPassed(mark));
    }
}
