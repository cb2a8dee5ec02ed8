using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Wire;

public class FlowHashTests
{
    private static readonly IPv4Address Source = IPv4Address.Parse("192.168.187.211");
    private static readonly IPv4Address Destination = IPv4Address.Parse("192.168.121.2");

    [Theory]
    [InlineData(IpProtocol.Tcp)]
    [InlineData(IpProtocol.Udp)]
    [InlineData(IpProtocol.Sctp)]
    public void Compute_UnfragmentedTransport_DependsOnBothPorts(byte protocol)
    {
        var hash = FlowHash.Compute(Packet(protocol, 1000, 2000), seed: 7);

        Assert.Equal(hash, FlowHash.Compute(Packet(protocol, 1000, 2000), seed: 7));
        Assert.NotEqual(hash, FlowHash.Compute(Packet(protocol, 1001, 2000), seed: 7));
        Assert.NotEqual(hash, FlowHash.Compute(Packet(protocol, 1000, 2001), seed: 7));
        Assert.NotEqual(hash, FlowHash.Compute(Packet(protocol, 1000, 2000), seed: 8));
    }

    [Fact]
    public void Compute_ProtocolWithoutPorts_IgnoresThePayload() =>
        Assert.Equal(FlowHash.Compute(Packet(IpProtocol.Icmp, 1, 2), 0), FlowHash.Compute(Packet(IpProtocol.Icmp, 3, 4), 0));

    [Fact]
    public void Compute_AllFragmentsOfADatagram_HashAlike()
    {
        var first = Packet(IpProtocol.Udp, 1000, 2000);
        IPv4Header.At(first).MoreFragments = true;
        var later = Packet(IpProtocol.Udp, 0xabcd, 0xef01);
        IPv4Header.At(later).FragmentOffset = 1480;

        Assert.Equal(FlowHash.Compute(first, 3), FlowHash.Compute(later, 3));
        Assert.NotEqual(FlowHash.Compute(first, 3), FlowHash.Compute(Packet(IpProtocol.Udp, 1000, 2000), 3));
    }

    [Fact]
    public void Compute_FieldsThatChangeOnTheWay_DoNotCount()
    {
        var packet = Packet(IpProtocol.Tcp, 1000, 2000);
        var hash = FlowHash.Compute(packet, 0);
        var header = IPv4Header.At(packet);

        header.Ttl = 3;
        header.TosEcn = 0xff;
        header.Identification = 999;

        Assert.Equal(hash, FlowHash.Compute(packet, 0));
    }

    [Fact]
    public void Compute_PortsBehindOptions_AreFound()
    {
        byte[] packet = [.. Packet(IpProtocol.Tcp, 0, 0)[..20], 1, 1, 1, 0, .. Packet(IpProtocol.Tcp, 1000, 2000)[20..]];
        packet[0] = 0x46;

        Assert.Equal(FlowHash.Compute(Packet(IpProtocol.Tcp, 1000, 2000), 0), FlowHash.Compute(packet, 0));
    }

    [Fact]
    public void Compute_TransportCutOff_DoesNotThrow()
    {
        var packet = Packet(IpProtocol.Tcp, 1000, 2000);
        var bare = FlowHash.Compute(packet.AsSpan(0, 20), 0);
        for (var length = 20; length < 24; length++)
            Assert.Equal(bare, FlowHash.Compute(packet.AsSpan(0, length), 0));
        packet[0] = 0x4f;
        Assert.Equal(bare, FlowHash.Compute(packet, 0));
    }

    [Fact]
    public void Compute_KnownPacket_HasTheSameValueEverywhere() =>
        Assert.Equal(1894041405u, FlowHash.Compute(Packet(IpProtocol.Tcp, 40000, 80), seed: 1));

    [Fact]
    public void Mix_OneInputBit_FlipsHalfOfTheResult()
    {
        var random = new Random(21);
        var flips = new int[160, 32];
        const int Rounds = 4000;
        for (var round = 0; round < Rounds; round++)
        {
            var first = (ulong)random.NextInt64();
            var second = (ulong)random.NextInt64();
            var seed = (uint)random.Next();
            var hash = FlowHash.Mix(first, second, seed);
            for (var bit = 0; bit < 160; bit++)
            {
                var changed = hash ^ bit switch
                {
                    < 64 => FlowHash.Mix(first ^ (1UL << bit), second, seed),
                    < 128 => FlowHash.Mix(first, second ^ (1UL << (bit - 64)), seed),
                    _ => FlowHash.Mix(first, second, seed ^ (1u << (bit - 128))),
                };
                for (var output = 0; output < 32; output++)
                    flips[bit, output] += (int)((changed >> output) & 1);
            }
        }

        // With 4000 rounds the standard deviation is 0.8%: 5% is more than six of them.
        foreach (var count in flips)
            Assert.InRange((double)count / Rounds, 0.45, 0.55);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    public void Compute_ConsecutivePorts_SpreadEvenly(int ways)
    {
        var counts = new int[ways];
        const int Flows = 20_000;
        for (var port = 0; port < Flows; port++)
            counts[(int)(((ulong)FlowHash.Compute(Packet(IpProtocol.Tcp, (ushort)(1024 + port), 80), 5) * (ulong)ways) >> 32)]++;

        var expected = (double)Flows / ways;
        foreach (var count in counts)
            Assert.InRange(count, expected - (6 * Math.Sqrt(expected)), expected + (6 * Math.Sqrt(expected)));
    }

    private static byte[] Packet(byte protocol, ushort sourcePort, ushort destinationPort)
    {
        var packet = new byte[28];
        IPv4Header.Write(packet, 28, protocol, Source, Destination);
        UdpHeader.Write(packet.AsSpan(20), sourcePort, destinationPort, 8);
        return packet;
    }
}
