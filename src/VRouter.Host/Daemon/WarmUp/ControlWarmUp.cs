using System.Net.Sockets;
using System.Text;

namespace VRouter.Host.Daemon.WarmUp;

/// <summary>
/// Asks a router's own control socket for each view once, when it is ready, so that the first person who asks does not wait until server and JSON are compiled.
/// Reading changes nothing. A failure is a warning in the log and nothing else.
/// </summary>
internal static class ControlWarmUp
{
    /// <summary>What is asked for.</summary>
    public static IReadOnlyList<string> Views { get; } = ["/health", "/counters", "/ports", "/routes", "/neighbors", "/tunnels", "/drops", "/runtime"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks, and reads the answers.</summary>
    /// <param name="socketPath">The control socket, which is served.</param>
    /// <param name="log">Told of a failure.</param>
    /// <param name="stop">Ends it early, which is no failure.</param>
    /// <returns>The number of bytes that were answered. The task never faults.</returns>
    public static async Task<long> RunAsync(string socketPath, DaemonLog log, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), limit.Token).ConfigureAwait(false);
            var requests = Views.Select((view, index) => $"GET {view} HTTP/1.1\r\nHost: vrouter\r\n{(index == Views.Count - 1 ? "Connection: close\r\n" : "")}\r\n");
            await socket.SendAsync(Encoding.ASCII.GetBytes(string.Concat(requests)), limit.Token).ConfigureAwait(false);
            var buffer = new byte[4096];
            long total = 0;
            while (await socket.ReceiveAsync(buffer, limit.Token).ConfigureAwait(false) is > 0 and var count)
                total += count;
            return total;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            if (!stop.IsCancellationRequested)
                log.Warning($"warm-up of the control socket: {failure.Message}; the first answers take longer");
            return 0;
        }
    }
}
