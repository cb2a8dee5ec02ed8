using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace VRouter.Host.Daemon;

/// <summary>
/// Holds a node's name in this network namespace: an abstract Unix socket (unix(7)), which belongs to the namespace and ends with the
/// process, however that ends.
/// </summary>
public sealed class NodeLock : IDisposable
{
    private const string Prefix = "vrouter/";
    private const int MaxName = 90;

    private readonly Socket socket;

    private NodeLock(Socket socket) => this.socket = socket;

    /// <summary>Takes the name.</summary>
    /// <returns>Null if another process of this network namespace has it.</returns>
    public static NodeLock? TryTake(string node)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint("\0" + NameOf(node)));
            return new NodeLock(socket);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>True if a process in the network namespace of the calling thread has the name.</summary>
    public static bool IsTaken(string node) => Names().Contains(NameOf(node));

    /// <summary>The names that are taken in the network namespace of the calling thread; a very long one is shown by its hash.</summary>
    public static IReadOnlyList<string> Holders() => [.. Names()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..])
        .Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    // The last column of /proc/net/unix is the address; an abstract one is shown behind an @.
    private static IEnumerable<string> Names() => File.ReadLines("/proc/thread-self/net/unix")
        .Select(line => line[(line.LastIndexOf(' ') + 1)..])
        .Where(address => address.StartsWith('@'))
        .Select(address => address[1..]);

    // A socket's address holds 108 bytes; a node's name can be longer.
    private static string NameOf(string node) =>
        Prefix + (Encoding.UTF8.GetByteCount(node) <= MaxName ? node : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node))));
}
