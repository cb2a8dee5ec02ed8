using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VRouter.Core.Wire;
using VRouter.Host.Lab;
using VRouter.Io.Linux;

namespace VRouter.Host.Bench.Io;

/// <summary>Round trips from pod to pod: an ICMP echo that the far kernel answers, and a UDP datagram that a thread in the far pod sends back. One is under way at a time.</summary>
internal static class RoundTrips
{
    private const int EchoPort = 7;
    private const int AnswerMilliseconds = 200;
    private const int PayloadBytes = 18; // a frame of 64 bytes with its FCS
    private const int WarmUp = 50;

    /// <summary>Measures ICMP echo.</summary>
    /// <param name="lab">The lab, there and back.</param>
    /// <param name="duration">How long.</param>
    /// <param name="stop">Ends it.</param>
    public static Percentiles? Ping(IoLab lab, TimeSpan duration, CancellationToken stop) => In(lab.Namespace(IoNetwork.Pod), () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp) { ReceiveTimeout = AnswerMilliseconds };
        socket.Connect(Address(IoNetwork.FarPodAddress), 0);
        var (question, answer) = (new byte[IcmpHeader.Size + PayloadBytes], new byte[256]);
        return Measure(duration, number =>
        {
            IcmpHeader.Write(question, IcmpType.EchoRequest, 0, number).UpdateChecksum();
            socket.Send(question);
            while (true)
            {
                var length = socket.Receive(answer);
                if (length >= IPv4Header.MinimumSize + IcmpHeader.Size)
                {
                    var icmp = IcmpHeader.At(answer.AsSpan(IPv4Header.MinimumSize));
                    if (icmp.Type == IcmpType.EchoReply && icmp.RestOfHeader == number)
                        return;
                }
            }
        }, stop);
    });

    /// <summary>Measures UDP there and back.</summary>
    /// <param name="lab">The lab, there and back.</param>
    /// <param name="duration">How long.</param>
    /// <param name="stop">Ends it.</param>
    public static Percentiles? Udp(IoLab lab, TimeSpan duration, CancellationToken stop)
    {
        using var echo = In(lab.Namespace(IoNetwork.FarPod), () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = AnswerMilliseconds };
            socket.Bind(new IPEndPoint(IPAddress.Any, EchoPort));
            return socket;
        });
        using var ended = new CancellationTokenSource();
        var thread = new Thread(() => Echo(echo, ended.Token)) { Name = "udp echo", IsBackground = true };
        thread.Start();
        try
        {
            return In(lab.Namespace(IoNetwork.Pod), () =>
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = AnswerMilliseconds };
                socket.Connect(Address(IoNetwork.FarPodAddress), EchoPort);
                var (question, answer) = (new byte[PayloadBytes], new byte[256]);
                return Measure(duration, number =>
                {
                    BitConverter.TryWriteBytes(question, number);
                    socket.Send(question);
                    while (socket.Receive(answer) != question.Length || BitConverter.ToUInt32(answer) != number)
                    {
                        // a late answer to an earlier question
                    }
                }, stop);
            });
        }
        finally
        {
            ended.Cancel();
            thread.Join();
        }
    }

    private static void Echo(Socket socket, CancellationToken stop)
    {
        var bytes = new byte[2048];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var length = socket.ReceiveFrom(bytes, SocketFlags.None, from);
                socket.SendTo(bytes.AsSpan(0, length), SocketFlags.None, from);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
            {
            }
        }
    }

    private static Percentiles? Measure(TimeSpan duration, Action<uint> exchange, CancellationToken stop)
    {
        var times = new List<double>();
        var lost = 0;
        var start = Stopwatch.GetTimestamp();
        for (uint number = 1; Stopwatch.GetElapsedTime(start) < duration && !stop.IsCancellationRequested; number++)
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                exchange(number);
                if (number > WarmUp)
                    times.Add(Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.ConnectionRefused or SocketError.HostUnreachable)
            {
                lost++;
            }
        }

        stop.ThrowIfCancellationRequested();
        return Percentiles.Of(times, lost);
    }

    private static T In<T>(string space, Func<T> action)
    {
        try
        {
            return NetworkNamespace.Run<T>(space, () => action()).TryGet(out var value, out var error) ? value : throw new LabException(error.ToString());
        }
        catch (SocketException e)
        {
            throw new LabException($"a socket in '{space}': {e.Message}", e);
        }
    }

    private static IPAddress Address(IPv4Address address) => IPAddress.Parse(address.ToString());
}
