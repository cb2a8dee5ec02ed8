using System.Net;
using System.Net.Sockets;
using VRouter.Io.Linux;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A TCP connection between two pods whose every byte is compared.</summary>
internal static class TcpTransfer
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Sends <paramref name="length"/> pseudo-random bytes from one pod to another; fails if they do not arrive, and as they were.</summary>
    public static async Task RunAsync(TestLab lab, string from, string to, string address, int length)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var listener = Open(lab, to);
        listener.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        listener.Listen();
        using var sender = Open(lab, from);
        var accepting = listener.AcceptAsync(limit.Token);
        await sender.ConnectAsync(listener.LocalEndPoint!, limit.Token);
        using var receiver = await accepting;

        var sent = new byte[length];
        new Random(4711).NextBytes(sent);
        var sending = SendAsync(sender, sent, limit.Token);
        var received = new byte[length];
        var count = 0;
        for (int got; count < length && (got = await receiver.ReceiveAsync(received.AsMemory(count), limit.Token)) > 0;)
            count += got;
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received), $"of {length} bytes, {count} arrived, and not all as they were sent");
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, cancellation)..];
        socket.Shutdown(SocketShutdown.Send);
    }

    // A socket belongs to the namespace in which it was opened, whoever uses it.
    private static Socket Open(TestLab lab, string pod) => NetworkNamespace.Run<Socket>(
        lab.Namespace(pod), () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).OrThrow();
}
