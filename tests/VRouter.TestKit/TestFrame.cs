using VRouter.Core.Frames;
using VRouter.Core.Graph;

namespace VRouter.TestKit;

/// <summary>A frame to put into a stage: its bytes, and what the stages before would have noted.</summary>
/// <param name="Bytes">From the first byte that the stage sees.</param>
/// <param name="RxPort">The index of the port that received it.</param>
public sealed record TestFrame(byte[] Bytes, int RxPort = 0)
{
    /// <summary>The index of the port that it will leave by.</summary>
    public int TxPort { get; init; } = -1;

    /// <summary>Index into the adjacencies.</summary>
    public int Adjacency { get; init; }

    /// <summary>The next hop on the link of <see cref="TxPort"/>, host byte order.</summary>
    public uint NextHop { get; init; }

    /// <summary>The MTU for an ICMP Fragmentation Needed.</summary>
    public int IcmpMtu { get; init; }

    /// <summary>The byte that an ICMP Parameter Problem points at.</summary>
    public int IcmpPointer { get; init; }

    /// <summary>Bytes of tunnel headers in front of the inner packet.</summary>
    public int EncapsulationLength { get; init; }

    /// <summary>The hash of its flow; 0: not computed yet.</summary>
    public uint FlowHash { get; init; }

    /// <summary>How many tunnels it has come out of.</summary>
    public int TunnelDepth { get; init; }

    /// <summary>Why an ICMP error is to be sent.</summary>
    public DropReason Reason { get; init; }

    /// <summary>What the stages before noted.</summary>
    public FrameFlags Flags { get; init; }

    /// <summary>Bytes to leave free in front.</summary>
    public int Headroom { get; init; } = Frame.Headroom;

    internal void WriteTo(Frame frame, FramePool pool)
    {
        var spare = Frame.Headroom - Headroom;
        if (spare >= 0)
        {
            frame.Reset(pool, Bytes.Length);
            frame.Prepend(spare);
            frame.Truncate(Bytes.Length);
        }
        else
        {
            frame.Reset(pool, Bytes.Length - spare);
            frame.TrimFront(-spare);
        }

        Bytes.CopyTo(frame.Bytes);
        ref var metadata = ref frame.Metadata;
        metadata.RxPort = (short)RxPort;
        metadata.TxPort = (short)TxPort;
        metadata.Adjacency = Adjacency;
        metadata.NextHop = NextHop;
        metadata.IcmpMtu = (ushort)IcmpMtu;
        metadata.IcmpPointer = (byte)IcmpPointer;
        metadata.EncapsulationLength = (byte)EncapsulationLength;
        metadata.FlowHash = FlowHash;
        metadata.TunnelDepth = (byte)TunnelDepth;
        metadata.Reason = Reason;
        metadata.Flags = Flags;
    }
}
