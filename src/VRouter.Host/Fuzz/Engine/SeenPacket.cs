namespace VRouter.Host.Fuzz.Engine;

/// <summary>A packet that a router received, perhaps within others.</summary>
/// <param name="Port">The port.</param>
/// <param name="Outer">The packet around it, or null.</param>
/// <param name="Bytes">From its IPv4 header to its end by its total length, or the frame's end.</param>
internal sealed record SeenPacket(int Port, SeenPacket? Outer, byte[] Bytes)
{
    private const int MostDepth = 8;

    /// <summary>The IPv4 packet of a frame and what is in it in tunnels, from the outside in. Any bytes are safe.</summary>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="port">The port that received it.</param>
    /// <param name="l4Ports">The UDP ports that count as VXLAN.</param>
    public static IEnumerable<SeenPacket> In(byte[] frame, int port, IReadOnlyCollection<int> l4Ports) =>
        In(frame, frame.Length >= 14 && SlowWire.U16(frame, 12) == 0x0800 ? 14 : -1, port, null, l4Ports);

    /// <summary>As <see cref="In(byte[], int, IReadOnlyCollection{int})"/>, for bytes that begin elsewhere.</summary>
    /// <param name="frame">Bytes.</param>
    /// <param name="at">Where the first packet begins in them; less than 0: there is none.</param>
    /// <param name="port">The port that received it.</param>
    /// <param name="outer">The packet around it.</param>
    /// <param name="l4Ports">The UDP ports that count as VXLAN.</param>
    public static IEnumerable<SeenPacket> In(byte[] frame, int at, int port, SeenPacket? outer, IReadOnlyCollection<int> l4Ports)
    {
        for (var depth = 0; at >= 0 && at + 20 <= frame.Length && depth < MostDepth; depth++)
        {
            var length = Math.Min(SlowWire.U16(frame, at + 2), frame.Length - at);
            var header = (frame[at] & 0xf) * 4;
            if (header < 20 || header > length)
                yield break;
            yield return outer = new SeenPacket(port, outer, frame[at..(at + length)]);
            var next = at + header;
            var isUdp = frame[at + 9] == 17 && next + 30 <= frame.Length && l4Ports.Contains(SlowWire.U16(frame, next + 2)) && SlowWire.U16(frame, next + 28) == 0x0800;
            at = frame[at + 9] == 4 ? next : isUdp ? next + 30 : -1;
        }
    }

    /// <summary>Source, destination, protocol and identification: the same for all fragments of a packet.</summary>
    public static (uint Source, uint Destination, byte Protocol, int Identification) KeyOf(ReadOnlySpan<byte> packet) =>
        (SlowWire.U32(packet, 12), SlowWire.U32(packet, 16), packet[9], SlowWire.U16(packet, 4));
}
