using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Graph;
using VRouter.Core.Offload;

namespace VRouter.Core.Frames;

/// <summary>
/// What the router knows of a frame beside its bytes: one cache line at the head of the frame's slot.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct FrameMetadata
{
    /// <summary>The slot's number in its pool. Owned by the pool.</summary>
    public int Slot;

    /// <summary>Where the bytes begin, counted from the slot's start. Moved by <see cref="Frame"/> only.</summary>
    public int Offset;

    /// <summary>How many bytes the frame has now. <c>ethernet-input</c> strips the Ethernet header: from then on byte 0 is the IP header.</summary>
    public int Length;

    /// <summary>The index of the port that received the frame, or -1 for a frame that the router made for no received one.</summary>
    public short RxPort;

    /// <summary>The index of the port that will transmit it. Set by the rewrite stages.</summary>
    public short TxPort;

    /// <summary>The adjacency that the lookup chose: an index into <c>ForwardingTables.Adjacencies</c>.</summary>
    public int Adjacency;

    /// <summary>Flow hash of the innermost packet; 0 until computed.</summary>
    public uint FlowHash;

    /// <summary>The next hop on the link, host byte order, for the neighbor stages. Set by the stages that lead to <c>ethernet-rewrite</c>.</summary>
    public uint NextHop;

    /// <summary>The next-hop MTU that an ICMP Fragmentation Needed must tell, in bytes.</summary>
    public ushort IcmpMtu;

    /// <summary>Bytes of tunnel headers in front of the inner IP header, 0 where none was added: how an ICMP error finds the inner packet.</summary>
    public byte EncapsulationLength;

    /// <summary>Why the frame was dropped, for the stage that makes the ICMP error.</summary>
    public DropReason Reason;

    // The three fields from here on stand together, so that the fused path asks for them with one load.

    /// <summary>Non-zero while a trace follows the frame.</summary>
    public uint TraceId;

    /// <summary>What the stages noted.</summary>
    public FrameFlags Flags;

    /// <summary>How many tunnels the frame has come out of.</summary>
    public byte TunnelDepth;

    /// <summary>The byte of the IP header that an ICMP Parameter Problem must point at, counted from 0.</summary>
    public byte IcmpPointer;

    /// <summary>When a port received the frame, in nanoseconds of the engine's clock.</summary>
    public long ReceivedAt;

    /// <summary>Into what a super-frame is to be cut.</summary>
    public SegmentationKind Segmentation;

    /// <summary>Of a super-frame: bytes of payload per segment.</summary>
    public ushort SegmentSize;

    /// <summary>Of a super-frame: where the transport header of what is cut begins, counted from the slot's start as <see cref="Offset"/>.</summary>
    public ushort TransportStart;

    /// <summary>Of a super-frame: where the payload begins that is cut, counted from the slot's start.</summary>
    public ushort PayloadStart;

    /// <summary>True while no stage has noted anything about the frame and no trace follows it.</summary>
    internal readonly bool IsAsReceived
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BitConverter.IsLittleEndian
            ? Unsafe.As<uint, ulong>(ref Unsafe.AsRef(in TraceId)) << 16 == 0
            : TraceId == 0 && Flags == FrameFlags.None && TunnelDepth == 0;
    }
}
