using System.Buffers.Binary;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>Reading and mending bytes on the wire one at a time, on purpose without the engine's header views and checksums, whose judge it is.</summary>
internal static class SlowWire
{
    /// <summary>A 16-bit number in network byte order.</summary>
    public static int U16(ReadOnlySpan<byte> bytes, int at) => (bytes[at] << 8) | bytes[at + 1];

    /// <summary>A 32-bit number in network byte order.</summary>
    public static uint U32(ReadOnlySpan<byte> bytes, int at) => ((uint)U16(bytes, at) << 16) | (uint)U16(bytes, at + 2);

    /// <summary>A 48-bit number in network byte order.</summary>
    public static ulong U48(ReadOnlySpan<byte> bytes, int at) => ((ulong)U16(bytes, at) << 32) | U32(bytes, at + 2);

    /// <summary>Writes a 16-bit number.</summary>
    public static void Put16(Span<byte> bytes, int at, int value) => BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], (ushort)value);

    /// <summary>Writes a 32-bit number.</summary>
    public static void Put32(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], value);

    /// <summary>The one's complement sum of all 16-bit words (RFC 1071), the last odd byte as a high one; 0xffff where a checksum among them is right.</summary>
    public static int Sum(ReadOnlySpan<byte> bytes, int start = 0)
    {
        var sum = start;
        for (var at = 0; at < bytes.Length; at += 2)
        {
            sum += (bytes[at] << 8) | (at + 1 < bytes.Length ? bytes[at + 1] : 0);
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return sum;
    }

    /// <summary>The sum of a transport pseudo-header (RFC 768) for a packet.</summary>
    /// <param name="packet">The packet, from its IPv4 header.</param>
    /// <param name="length">Bytes of the datagram.</param>
    public static int PseudoHeader(ReadOnlySpan<byte> packet, int length) => Sum(packet.Slice(12, 8), ((packet[9] + length) & 0xffff) + ((packet[9] + length) >> 16));
}
