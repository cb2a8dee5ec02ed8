using System.Net.Sockets;
using VRouter.Host.Cli;
using VRouter.Host.Daemon;

namespace VRouter.Host.Tests.Cli;

public sealed class RouterChoiceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrsock-").FullName;
    private readonly List<Socket> sockets = [];

    [Fact]
    public void PathOf_OneRouter_IsItsSocket()
    {
        var path = Serve("n1");
        Assert.Equal(path, RouterChoice.PathOf(null, null, folder));
    }

    [Fact]
    public void PathOf_SeveralRouters_AsksToNameOne()
    {
        Serve("n1");
        Serve("n2");
        var failure = Assert.Throws<CommandException>(() => RouterChoice.PathOf(null, null, folder));
        Assert.Equal((2, "several routers run; name one with --node: n1, n2"), (failure.ExitCode, failure.Message));
    }

    [Fact]
    public void PathOf_OneRouterAndTheFileOfACrashedOne_IsTheRouters()
    {
        var path = Serve("n2");
        File.WriteAllText(Path.Combine(folder, "n1.sock"), "");
        Assert.Equal(path, RouterChoice.PathOf(null, null, folder));
    }

    [Fact]
    public void PathOf_NoRouter_SaysSo()
    {
        var failure = Assert.Throws<CommandException>(() => RouterChoice.PathOf(null, null, folder));
        Assert.Equal(1, failure.ExitCode);
        Assert.StartsWith("no router runs", failure.Message);
    }

    [Fact]
    public void PathOf_Named_IsThatWithoutLooking()
    {
        Assert.Equal(Path.Combine(folder, "n7.sock"), RouterChoice.PathOf(null, "n7", folder));
        Assert.Equal("/x/y.sock", RouterChoice.PathOf("/x/y.sock", "n7", folder));
    }

    public void Dispose()
    {
        sockets.ForEach(socket => socket.Dispose());
        Directory.Delete(folder, recursive: true);
    }

    private string Serve(string node)
    {
        var path = Path.Combine(folder, node + ".sock");
        sockets.Add(ControlSocket.Bind(path));
        return path;
    }
}
