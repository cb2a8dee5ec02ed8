using VRouter.Io.Linux;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Linux;

public class NetworkNamespaceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData("a\0b")]
    public void Run_NameThatIsNoFileName_IsRefused(string name)
    {
        var result = NetworkNamespace.Run<int>(name, () => throw new InvalidOperationException("must not run"));

        Assert.Equal(Errno.EINVAL, result.Error.Errno);
    }

    [Fact]
    public void Run_MissingNamespace_NamesThePath()
    {
        var result = NetworkNamespace.Run<int>("vrio-does-not-exist", () => throw new InvalidOperationException("must not run"));

        Assert.False(result.IsOk);
        Assert.Contains("/run/netns/vrio-does-not-exist", result.Error.ToString());
        Assert.Equal(Errno.ENOENT, result.Error.Errno);
    }

    [SkippableFact]
    public void Run_Namespace_SeesItsInterfacesAndLeavesTheCallerOutside()
    {
        using var network = new TestNamespace();
        network.Ip("link add inside0 type veth peer name inside1");

        var index = NetworkNamespace.Run<uint>(network.Name, () => Libc.if_nametoindex("inside0")).OrThrow();

        Assert.NotEqual(0u, index);
        Assert.Equal(0u, Libc.if_nametoindex("inside0"));
        Assert.True(NetworkNamespace.Exists(network.Name));
    }

    [SkippableFact]
    public void Run_ActionThrows_ExceptionReachesTheCaller()
    {
        using var network = new TestNamespace();

        Assert.Throws<FormatException>(() => NetworkNamespace.Run<int>(network.Name, () => throw new FormatException()));
    }
}
