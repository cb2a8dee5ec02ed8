using System.Buffers.Binary;
using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Network;

/// <summary>
/// The frame that marks the end of a case: it goes in behind the case's frames and comes out behind all that they caused, since the kernel forwards the frames of one core in
/// order. It takes the longest way, out of a VXLAN tunnel to a workload.
/// </summary>
internal sealed class Sentinel
{
    private const byte ExperimentProtocol = 253;
    private const ulong Mark = 0x7365_6e74_696e_656c;
    private const int MarkStart = EthernetHeader.Size + IPv4Header.MinimumSize;
    private const int Length = MarkStart + sizeof(ulong);

    private static readonly byte[] Packet = FrameBuilder.IPv4("10.244.2.9", TwinNetwork.WorkloadAddress, ExperimentProtocol, PayloadOf(Mark));

    /// <summary>The frame, as it goes in by the uplink.</summary>
    public static byte[] Frame { get; } = VxlanFrames.FromPeer(Packet);

    /// <summary>True for the frame as it comes out to the workload.</summary>
    public static bool Is(ReadOnlySpan<byte> frame) =>
        frame.Length == Length && frame[EthernetHeader.Size + 9] == ExperimentProtocol && BinaryPrimitives.ReadUInt64BigEndian(frame[MarkStart..]) == Mark;

    private static byte[] PayloadOf(ulong mark)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, mark);
        return bytes;
    }
}
