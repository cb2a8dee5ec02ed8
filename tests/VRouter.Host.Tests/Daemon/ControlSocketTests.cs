using VRouter.Host.Daemon;

namespace VRouter.Host.Tests.Daemon;

public sealed class ControlSocketTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrctl-").FullName;

    private string SocketPath => Path.Combine(folder, "sub", "n1.sock");

    [Fact]
    public void Bind_NoFolderYet_MakesASocketForItsOwnerAlone()
    {
        using var socket = ControlSocket.Bind(SocketPath);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
        Assert.True(ControlSocket.IsServed(SocketPath));
    }

    [Fact]
    public void Bind_SomebodyListens_Refuses()
    {
        using var first = ControlSocket.Bind(SocketPath);
        Assert.Contains("another router listens", Assert.Throws<DaemonException>(() => ControlSocket.Bind(SocketPath)).Message);
        Assert.True(ControlSocket.IsServed(SocketPath));
    }

    [Fact]
    public void Bind_FileOfACrashedRouter_IsTakenOver()
    {
        // A socket removes its own file when it is closed; under another name it stays, as after a crash.
        var elsewhere = SocketPath + ".moved";
        using (ControlSocket.Bind(elsewhere))
            File.Move(elsewhere, SocketPath);
        Assert.True(File.Exists(SocketPath));
        Assert.False(ControlSocket.IsServed(SocketPath));

        using var socket = ControlSocket.Bind(SocketPath);
        Assert.True(ControlSocket.IsServed(SocketPath));
    }

    [Fact]
    public void Bind_PlainFile_IsNotRemoved()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SocketPath)!);
        File.WriteAllText(SocketPath, "precious");
        Assert.Contains("is not a socket", Assert.Throws<DaemonException>(() => ControlSocket.Bind(SocketPath)).Message);
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    [Fact]
    public void Bind_FolderCannotBeMade_SaysWhy()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        Assert.Contains("cannot make the control socket", Assert.Throws<DaemonException>(() => ControlSocket.Bind(Path.Combine(file, "x.sock"))).Message);
    }

    [Fact]
    public void IsServed_NothingThere_IsFalse() => Assert.False(ControlSocket.IsServed(Path.Combine(folder, "none.sock")));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
