using VRouter.Io.Linux;

namespace VRouter.Io.Tests.Linux;

public class ErrnoTests
{
    [Theory]
    [InlineData(1, "EPERM")]
    [InlineData(11, "EAGAIN")]
    [InlineData(22, "EINVAL")]
    [InlineData(95, "EOPNOTSUPP")]
    [InlineData(105, "ENOBUFS")]
    [InlineData(110, "ETIMEDOUT")]
    [InlineData(41, "errno 41")]
    [InlineData(4095, "errno 4095")]
    [InlineData(-3, "errno -3")]
    public void Name_AnyNumber_IsTheCName(int value, string name) => Assert.Equal(name, new Errno(value).Name);

    [Fact]
    public void Last_AfterFailedCall_NamesTheError()
    {
        var result = FileDescriptor.FromCall(Libc.open("/nonexistent/file", Libc.O_RDONLY), "open(/nonexistent/file)");

        Assert.False(result.TryGet(out var descriptor, out var error));
        Assert.Null(descriptor);
        Assert.Equal(Errno.ENOENT, error.Errno);
        Assert.Equal("open(/nonexistent/file): ENOENT (No such file or directory)", error.ToString());
    }

    [Fact]
    public void OrThrow_Failure_ThrowsWithTheMessage()
    {
        Result<int> result = new LinuxError("bind(eth0)", Errno.ENODEV, "no such interface");

        var exception = Assert.Throws<LinuxException>(() => result.OrThrow());
        Assert.Equal("bind(eth0): ENODEV (No such device); no such interface", exception.Message);
    }
}
