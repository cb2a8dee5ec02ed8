using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Io.Ports;

/// <summary>One end of a wire in memory: what it transmits goes into one queue, what it receives comes from another.</summary>
public sealed class MemoryPort : IPort
{
    private const int EthernetHeaderAndTag = 18;
    private const int DefaultQueueLength = 1024;

    private readonly FrameQueue incoming;
    private readonly FrameQueue outgoing;

    /// <summary>Joins a port to two queues.</summary>
    /// <param name="name">The port's name.</param>
    /// <param name="mac">The MAC address of the router's side.</param>
    /// <param name="mtu">The largest IP packet in bytes.</param>
    /// <param name="incoming">Whence frames are received.</param>
    /// <param name="outgoing">Where frames are sent.</param>
    public MemoryPort(string name, MacAddress mac, int mtu, FrameQueue incoming, FrameQueue outgoing)
    {
        Name = name;
        Mac = mac;
        Mtu = mtu;
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Driver => "memory";

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public MacAddress Mac { get; }

    /// <summary>Always -1: nothing in the kernel knows of the queues.</summary>
    public int Descriptor => -1;

    /// <inheritdoc/>
    public PortCounters Counters { get; } = new();

    /// <inheritdoc/>
    public PortState State => IsPluggedIn ? PortState.Up : PortState.Down("the wire is unplugged");

    /// <summary>False cuts this end off its wire: it receives nothing, and what it transmits is dropped as <see cref="DropReason.PortDown"/>.</summary>
    public bool IsPluggedIn { get; set; } = true;

    /// <summary>A queue whose frames suit the MTU.</summary>
    public static FrameQueue CreateQueue(int mtu, int capacity = DefaultQueueLength) => new(capacity, mtu + EthernetHeaderAndTag);

    /// <summary>A wire with a port at each end.</summary>
    public static (MemoryPort First, MemoryPort Second) CreateWire(string first, MacAddress firstMac, string second, MacAddress secondMac, int mtu = 1500)
    {
        var forth = CreateQueue(mtu);
        var back = CreateQueue(mtu);
        return (new MemoryPort(first, firstMac, mtu, incoming: back, outgoing: forth), new MemoryPort(second, secondMac, mtu, incoming: forth, outgoing: back));
    }

    /// <inheritdoc/>
    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        var before = vector.Count;
        while (IsPluggedIn && vector.Room > 0 && incoming.TryPeek(out var bytes) && FrameIntake.TryAdd(pool, vector, bytes, now, Counters))
            incoming.Remove();
        return vector.Count - before;
    }

    /// <inheritdoc/>
    public void Transmit(FrameVector vector)
    {
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var bytes = vector[i].Bytes;
            var reason = !IsPluggedIn ? DropReason.PortDown
                : bytes.Length > outgoing.MaximumLength ? DropReason.TxTooLong
                : !outgoing.TryEnqueue(bytes) ? DropReason.TxRingFull
                : DropReason.None;
            verdicts[i] = PortTransmission.Count(Counters, bytes.Length, reason);
        }
    }

    /// <summary>Does nothing: the other end keeps the queues.</summary>
    public void Dispose()
    {
    }
}
