using System.Reflection;
using VRouter.Core.Frames;
using VRouter.Io.Ports;

namespace VRouter.Host.Tests;

public sealed class LayeringTests
{
    [Fact]
    public void Core_References_OnlyTheFramework() =>
        Assert.DoesNotContain(ReferencesOf(typeof(Frame).Assembly), name => name.StartsWith("VRouter", StringComparison.Ordinal));

    [Fact]
    public void Io_References_NothingOfTheHost() =>
        Assert.Equal(["VRouter.Core"], ReferencesOf(typeof(IPort).Assembly).Where(name => name.StartsWith("VRouter", StringComparison.Ordinal)));

    [Theory]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("System.Net.Sockets")]
    [InlineData("System.Console")]
    [InlineData("System.IO.FileSystem")]
    [InlineData("System.Threading.Thread")]
    public void Core_References_NothingThatDoesInputOrOutput(string assembly) =>
        Assert.DoesNotContain(assembly, ReferencesOf(typeof(Frame).Assembly));

    private static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);
}
