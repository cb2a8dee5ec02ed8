using System.Buffers.Binary;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Ports;
using VRouter.TestKit;

namespace VRouter.EndToEnd.Tests.Soak;

/// <summary>
/// A namespace with one end of a veth pair, and a thread that is all of its stack: it sends frames of mixed sizes and kinds, and takes all that come.
/// What it sent and got is counted to the frame.
/// </summary>
internal sealed class SoakPod : IDisposable
{
    private const int Burst = 32;
    private const int Templates = 4096;
    private static readonly int[] Lengths = [46, 64, 128, 576, 1000, 1400, 1500];
    private readonly ScratchNamespace pod = new();
    private readonly Random random;
    private readonly FramePool pool = new(512);
    private readonly FrameVector vector = new();
    private readonly byte[][] templates;
    private readonly SoakRate rate;
    private AfPacketPort? port;
    private Thread? thread;
    private volatile bool isSending;
    private volatile bool isEnding;
    private long lastArrival;

    /// <summary>Makes the pod and its veth; the other end is in the router's namespace.</summary>
    /// <param name="number">Its place.</param>
    /// <param name="router">The router's namespace.</param>
    /// <param name="framesPerSecond">What it sends at most; null: as fast as it can, with short rests.</param>
    public SoakPod(int number, ScratchNamespace router, double? framesPerSecond = null)
    {
        Number = number;
        random = new Random(number);
        rate = new SoakRate(framesPerSecond);
        // Made at once: the router shares the process, and its garbage collections should not be those of the pods.
        templates = [.. Enumerable.Range(0, Templates).Select(_ => MakeFrame())];
        router.Ip($"link add {Interface} address ee:ee:ee:ee:ee:ee type veth peer name eth0 address {Mac} netns {pod.Name}");
        router.Ip($"link set {Interface} up");
        pod.Ip("link set eth0 up");
    }

    public int Number { get; }

    /// <summary>Its network namespace.</summary>
    public ScratchNamespace Namespace => pod;

    public string Interface => $"cali{Number}";

    public IPv4Address Address => new(10, 42, 0, (byte)(2 + Number));

    public MacAddress Mac => new(0x0200_0000_0000u + (ulong)Number + 1);

    /// <summary>Frames that the kernel took from it.</summary>
    public long Sent => port!.Counters.TransmittedFrames;

    /// <summary>Frames that came, those that its own ring lost included.</summary>
    public long Arrived => port!.Counters.ReceivedFrames + port.Counters.ReceiveDropsOf(DropReason.RxRingFull);

    /// <summary>Milliseconds since a frame came.</summary>
    public long Silence => Environment.TickCount64 - Volatile.Read(ref lastArrival);

    /// <summary>Opens its side and starts the thread, which only takes until <see cref="StartSending"/>.</summary>
    public void Start()
    {
        port = AfPacketPort.Open("eth0", pod.Name).OrThrow();
        thread = new Thread(Run) { IsBackground = true, Name = Interface };
        thread.Start();
    }

    public void StartSending() => isSending = true;

    public void StopSending() => isSending = false;

    /// <summary>Ends the thread; the counters stay to be read until <see cref="Dispose"/>.</summary>
    public void End()
    {
        isEnding = true;
        thread?.Join();
        port?.Refresh();
    }

    public void Dispose()
    {
        End();
        port?.Dispose();
        pool.Dispose();
        pod.Dispose();
    }

    private void Run()
    {
        while (!isEnding)
        {
            var now = Environment.TickCount64 * 1_000_000;
            if (port!.Receive(pool, vector, now) > 0)
                Volatile.Write(ref lastArrival, Environment.TickCount64);
            Free();
            if (!isSending || !rate.Allows(Burst))
            {
                Thread.Sleep(1);
                continue;
            }

            for (var i = 0; i < Burst; i++)
                AddFrame();
            port.Transmit(vector);
            Free();
            if (!rate.IsLimited && random.Next(8) == 0)
                Thread.Sleep(1);
        }
    }

    private void Free()
    {
        foreach (var frame in vector.Frames)
            pool.Return(frame);
        vector.Clear();
    }

    private void AddFrame()
    {
        var bytes = templates[random.Next(Templates)];
        Assert.True(pool.TryRent(out var frame));
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        vector.Add(frame);
    }

    // Mostly good packets to other pods and to churned routes, of many flows; some that must be dropped or answered.
    private byte[] MakeFrame()
    {
        var length = Lengths[random.Next(Lengths.Length)];
        var packet = FrameBuilder.IPv4(
            random.Next(50) == 0 ? "10.99.0.1" : Address.ToString(),
            Destination().ToString(),
            IpProtocol.Udp,
            new byte[length - IPv4Header.MinimumSize],
            ttl: (byte)(random.Next(100) == 0 ? 1 : 64),
            dontFragment: random.Next(4) == 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(IPv4Header.MinimumSize), (ushort)(1024 + random.Next(64)));
        if (random.Next(100) == 0)
            packet[10] ^= 0x55;
        return FrameBuilder.Ethernet(Mac.ToString(), "ee:ee:ee:ee:ee:ee", packet);
    }

    private IPv4Address Destination() => random.Next(4) switch
    {
        0 => new IPv4Address(10, 42, 0, (byte)(2 + random.Next(SoakNetwork.Pods))),
        1 => new IPv4Address(192, 0, 2, (byte)random.Next(256)),
        _ => new IPv4Address(10, (byte)(100 + random.Next(4)), (byte)random.Next(256), (byte)random.Next(256)),
    };
}
