using VRouter.Core.Frames;
using VRouter.Core.Wire;

namespace VRouter.Core.Reassembly;

/// <summary>Writes a datagram that is complete into the frame of the fragment that came last.</summary>
internal readonly ref struct WholeDatagram
{
    private readonly Span<byte> packet;
    private readonly int headerLength;

    private WholeDatagram(Span<byte> packet, int headerLength)
    {
        this.packet = packet;
        this.headerLength = headerLength;
    }

    /// <summary>
    /// Makes room in the frame, moves its own bytes to their place, and writes the header: the first fragment's with its options (RFC 791 §3.2), as of a packet that was
    /// never cut. DF is cleared, since it was.
    /// </summary>
    /// <param name="frame">A fragment, in a frame that the whole datagram fits in.</param>
    /// <param name="piece">What it carries.</param>
    /// <param name="first">The first fragment; it may be <paramref name="frame"/>.</param>
    /// <param name="length">Bytes of the whole packet.</param>
    /// <param name="codepoint">Its ECN codepoint.</param>
    /// <param name="pool">The frame's pool.</param>
    public static WholeDatagram Begin(Frame frame, in FragmentRange piece, Frame first, int length, byte codepoint, FramePool pool)
    {
        Span<byte> headerBytes = stackalloc byte[IPv4Header.MaximumSize];
        var firstHeader = IPv4Header.At(first.Bytes).Bytes;
        firstHeader.CopyTo(headerBytes);
        headerBytes = headerBytes[..firstHeader.Length];

        var payload = IPv4Header.At(frame.Bytes).Payload;
        var packet = frame.Reset(pool, length);
        payload.CopyTo(packet[(headerBytes.Length + piece.Start)..]);
        headerBytes.CopyTo(packet);
        var header = IPv4Header.At(packet);
        header.TotalLength = (ushort)length;
        header.FragmentOffset = 0;
        header.MoreFragments = false;
        header.DontFragment = false;
        header.EcnBits = codepoint;
        header.UpdateChecksum();
        frame.Metadata.FlowHash = 0;
        return new WholeDatagram(packet, headerBytes.Length);
    }

    /// <summary>Copies the bytes of another fragment to their place.</summary>
    public void Add(in HeldFragment fragment) => IPv4Header.At(fragment.Frame.Bytes).Payload.CopyTo(packet[(headerLength + fragment.Start)..]);
}
