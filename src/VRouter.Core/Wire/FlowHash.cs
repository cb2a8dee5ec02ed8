using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace VRouter.Core.Wire;

/// <summary>
/// A 32-bit hash of the flow that an IPv4 packet belongs to: addresses and protocol, and for an unfragmented TCP, UDP or SCTP packet the
/// transport ports as well. All fragments of a datagram hash alike, since any fragment leaves the ports out. Equal on every platform.
/// </summary>
public static class FlowHash
{
    private const ulong AddressKey = 0x9e37_79b9_7f4a_7c15;
    private const ulong PortKey = 0xbb67_ae85_84ca_a73b;
    private const ulong SeedKey = 0x3c6e_f372_fe94_f82b;
    private const ulong FinishKey = 0xa54f_f53a_5f1d_36f1;

    /// <summary>Hashes the packet.</summary>
    /// <param name="packet">A packet that <see cref="IPv4Header.Parse"/> accepted, or the start of one; what is cut off counts as having no ports.</param>
    /// <param name="seed">Routers in a row should differ in it, so that they do not all split traffic the same way.</param>
    public static uint Compute(Span<byte> packet, uint seed)
    {
        var header = IPv4Header.At(packet);
        var addresses = ((ulong)header.Source.Value << 32) | header.Destination.Value;
        ulong ports = header.Protocol;
        var start = header.HeaderLength;
        if (header.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp && !header.IsFragment
            && BinaryPrimitives.TryReadUInt32BigEndian(packet[Math.Min(start, packet.Length)..], out var both))
            ports |= (ulong)both << 32;
        return Mix(addresses, ports, seed);
    }

    /// <summary>Hashes two numbers with a seed; every bit of the three reaches every bit of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mix(ulong first, ulong second, uint seed)
    {
        // Two rounds of a 64×64→128-bit multiplication whose halves are joined: each round is one instruction on current CPUs.
        var seeds = (seed + 1UL) * SeedKey;
        var hash = MultiplyFold(first ^ AddressKey, second ^ PortKey ^ seeds);
        hash = MultiplyFold(hash ^ seeds ^ first, FinishKey ^ second);
        return (uint)(hash ^ (hash >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyFold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
