using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Io.Ports;

namespace VRouter.Benchmarks.Routes;

/// <summary>A port on which the same frames arrive again and again, to random prefixes of a table, and which takes all that is sent.</summary>
internal sealed class RepeatedFrames : IPort
{
    private const int Count = 4096;
    private const int FrameSize = 60;

    private readonly byte[][] frames = new byte[Count][];
    private int next;

    public RepeatedFrames(IPv4Prefix[] prefixes)
    {
        var random = new Random(2);
        for (var i = 0; i < frames.Length; i++)
        {
            var bytes = frames[i] = new byte[FrameSize];
            EthernetHeader.Write(bytes, LiveRouter.UplinkMac, MacAddress.Parse("02:00:00:00:00:99"), EtherType.IPv4);
            var destination = prefixes[random.Next(prefixes.Length)].Network;
            IPv4Header.Write(bytes.AsSpan(EthernetHeader.Size), FrameSize - EthernetHeader.Size, IpProtocol.Udp, IPv4Address.Parse("8.8.4.4"), destination, 64, 0, 1, false);
        }
    }

    public string Name => "eth0";

    public string Driver => "memory";

    public int Mtu => 1500;

    public MacAddress Mac => LiveRouter.UplinkMac;

    public int Descriptor => -1;

    public PortCounters Counters { get; } = new();

    public PortState State => PortState.Up;

    /// <summary>Frames that were sent.</summary>
    public long Sent { get; private set; }

    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        vector.Clear();
        while (vector.Count < FrameVector.MaxCount && pool.TryRent(out var frame))
        {
            var bytes = frames[next++ % Count];
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            vector.Add(frame);
        }

        return vector.Count;
    }

    public void Transmit(FrameVector vector)
    {
        Sent += vector.Count;
        vector.Verdicts.Fill(Verdict.Transmit);
    }

    public void Dispose()
    {
    }
}
