using VRouter.Core.Tunnels;

namespace VRouter.Core.Tests.Tunnels;

public sealed class PathMtuTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void GetOrForget_Aged_IsForgottenSoThatTheFastPathIsTakenAgain()
    {
        var path = new PathMtu();
        path.Lower(1400, Second);
        Assert.True(path.WasLowered);
        Assert.True(path.TryGet(Second + (90 * Second), out var mtu, out var age));
        Assert.Equal((1400, 90 * Second), (mtu, age));

        Assert.False(path.TryGet(Second + PathMtu.LifetimeNanoseconds, out _, out _));
        Assert.True(path.WasLowered);
        Assert.Equal(int.MaxValue, path.GetOrForget(Second + PathMtu.LifetimeNanoseconds));
        Assert.False(path.WasLowered);
    }

    [Fact]
    public void Get_NothingTold_IsUnlimited() => Assert.Equal(int.MaxValue, new PathMtu().Get(0));

    [Fact]
    [Rfc("1191-3-raise")]
    public void Lower_Twice_KeepsTheLowest()
    {
        var path = new PathMtu();

        Assert.True(path.Lower(1400, Second));
        Assert.False(path.Lower(1450, Second));
        Assert.True(path.Lower(1300, Second));

        Assert.Equal(1300, path.Get(2 * Second));
    }

    [Fact]
    [Rfc("1191-3-least", "1191-4-least")]
    public void Lower_UnderTheMinimum_IsClamped()
    {
        var path = new PathMtu();

        path.Lower(68, Second);

        Assert.Equal(PathMtu.Minimum, path.Get(Second));
    }

    [Fact]
    [Rfc("1191-3-probe")]
    public void Get_AfterItsLifetime_IsUnlimitedAgain()
    {
        var path = new PathMtu();
        path.Lower(1400, Second);

        Assert.Equal(1400, path.Get(Second + PathMtu.LifetimeNanoseconds - 2_000_000));
        Assert.Equal(int.MaxValue, path.Get(Second + PathMtu.LifetimeNanoseconds));
        Assert.True(path.Lower(1450, Second + PathMtu.LifetimeNanoseconds));
    }

    [Fact]
    public async Task Lower_ByTwoWorkersAtOnce_LeavesTheLowest()
    {
        for (var round = 0; round < 200; round++)
        {
            var path = new PathMtu();
            using var start = new Barrier(2);
            await Task.WhenAll(Task.Run(() => LowerFrom(1500)), Task.Run(() => LowerFrom(1499)));
            Assert.Equal(1400, path.Get(Second));

            void LowerFrom(int first)
            {
                start.SignalAndWait();
                for (var mtu = first; mtu >= 1400; mtu -= 2)
                    path.Lower(mtu, Second);
            }
        }
    }
}
