using VRouter.Host.Configuration.Resources;
using VRouter.Host.Daemon;

namespace VRouter.Host.Cli;

/// <summary>Finds the control socket of the router that a command is about.</summary>
internal static class RouterChoice
{
    /// <summary>The socket's path: the one given, the node's, or that of the only router that runs.</summary>
    /// <param name="socket">--socket, or null.</param>
    /// <param name="node">--node, or null.</param>
    /// <param name="folder">Where routers put their sockets.</param>
    /// <exception cref="CommandException">None runs, or several do and none is named.</exception>
    public static string PathOf(string? socket, string? node, string folder = ControlSocket.DefaultFolder)
    {
        if (socket is not null)
            return Path.GetFullPath(socket);
        if (node is not null)
            return Path.Combine(folder, Path.GetFileName(RouterConfiguration.DefaultControlSocket(node)));
        string[] paths = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.sock").Order(StringComparer.Ordinal)] : [];
        // Files that crashed routers left do not count; if there are only such, the first one's message says so.
        var served = paths.Where(ControlSocket.IsServed).ToArray();
        return (served.Length > 0 ? served : paths) switch
        {
            [] => throw CommandException.Host($"no router runs: there is no socket in {folder}; start one with 'vrouter run', or name its socket with --socket"),
            [var only] => only,
            [var first, ..] when served.Length == 0 => first,
            var several => throw CommandException.Usage("several routers run; name one with --node: "
                + string.Join(", ", several.Select(path => Path.GetFileNameWithoutExtension(path)))),
        };
    }
}
