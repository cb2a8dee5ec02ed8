using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

public sealed class IPv4InputTests : IDisposable
{
    private readonly StageHarness harness = new(new IPv4Input()) { Tables = new WalkerNode().Build() };

    public void Dispose() => harness.Dispose();

    [Fact]
    public void ValidPacket_GoesToLookupUnchanged()
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest());

        var run = harness.Run(new TestFrame(packet, BusyboxPort));

        Assert.Equal("received 1, ip4-lookup 1", run.Counters);
        Assert.Equal(packet, run.Single.Bytes);
    }

    [Fact]
    public void PaddingOfAShortFrame_IsCutOff()
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Udp, Udp(BusyboxAddress, Busybox3Address, 1, 2, []));

        var run = harness.Run(new TestFrame([.. packet, .. new byte[18]], BusyboxPort));

        Assert.Equal(packet, run.Single.Bytes);
    }

    [Fact]
    [Rfc("1812-4.2.2.6-unknown-options")]
    public void Options_AreForwarded()
    {
        var packet = WithOptions(IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest()), Hex("94040000"));

        Assert.Equal(packet, harness.Run(new TestFrame(packet, BusyboxPort)).Single.Bytes);
    }

    [Theory]
    [InlineData(0, 0x60, "ipv4-version")]
    [InlineData(0, 0x43, "ipv4-header-length")]
    [InlineData(0, 0x4f, "ipv4-header-length")] // 60 bytes of 48
    [InlineData(3, 19, "ipv4-total-length")]
    [InlineData(3, 255, "ipv4-total-length")]
    [InlineData(8, 0, "ipv4-checksum")]
    [Rfc("1812-4.2.2.5-verify", "1812-5.2.2-checksum", "1812-5.2.2-version", "1812-5.2.2-header-length", "1812-5.2.2-total-length")]
    public void OneWrongByte_DropsWithTheReason(int position, byte value, string counter)
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest(length: 20));
        packet[position] = value;

        Assert.Equal($"received 1, {counter} 1", harness.Run(new TestFrame(packet, BusyboxPort)).Counters);
    }

    [Fact]
    [Rfc("1812-5.2.2-length")]
    [Rfc("1812-5.2.2-truncated")]
    public void EveryTruncation_Drops()
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest(length: 8));
        for (var length = 0; length < packet.Length; length++)
        {
            var counter = length < IPv4Header.MinimumSize ? "ipv4-truncated" : "ipv4-total-length";
            Assert.Equal($"received 1, {counter} 1", harness.Run(new TestFrame(packet[..length], BusyboxPort)).Counters);
        }
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("224.0.0.5")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData(NodeAddress)]
    [InlineData("172.16.6.255")]
    [Rfc("1812-4.2.2.11-invalid-source", "2003-3.2-own-source")]
    [Rfc("1812-4.2.2.11-loopback")]
    public void SourceThatNobodyHas_DropsMartianSource(string source)
    {
        var packet = IPv4(source, BusyboxAddress, IpProtocol.Icmp, EchoRequest());

        Assert.Equal("received 1, ipv4-martian-source 1", harness.Run(new TestFrame(packet, UplinkPort)).Counters);
    }

    [Fact]
    [Rfc("2003-3.2-own-source")]
    public void OwnAddressOutOfATunnel_DropsMartianSource()
    {
        var packet = IPv4(NodeAddress, BusyboxAddress, IpProtocol.Icmp, EchoRequest());

        var run = harness.Run(new TestFrame(packet, UplinkPort) { Flags = FrameFlags.Decapsulated });

        Assert.Equal("received 1, ipv4-martian-source 1", run.Counters);
    }

    [Theory]
    [InlineData("127.0.0.1", "ipv4-martian-destination 1", "delivered 1")]
    [InlineData("0.0.0.0", "ipv4-martian-destination 1", "delivered 1")]
    [InlineData("169.254.0.7", "ipv4-martian-destination 1", "delivered 1")]
    [InlineData("240.0.0.1", "ipv4-martian-destination 1", "delivered 1")]
    [InlineData("255.255.255.255", "ipv4-broadcast 1", "delivered 1")]
    [InlineData("224.0.0.251", "ipv4-multicast 1", "delivered 1")]
    [InlineData(BusyboxAddress, "ip4-lookup 1", "ip4-lookup 1")]
    [Rfc("1812-4.2.3.1-broadcasts", "1812-5.3.5.1-limited")]
    [Rfc("1812-4.2.2.11-loopback", "1812-4.2.2.11-broadcast-to-us", "1812-5.3.5.1-discard")]
    public void Destination_IsForwardableOrTheHostsOwn(string destination, string alone, string besideHost)
    {
        var packet = IPv4(Walker2Address, destination, IpProtocol.Icmp, EchoRequest());

        Assert.Equal($"received 1, {alone}", harness.Run(new TestFrame(packet, UplinkPort)).Counters);
        var decapsulated = new TestFrame(packet, UplinkPort) { Flags = FrameFlags.Decapsulated };
        harness.Tables = new WalkerNode { HasHostStack = true }.Build();
        Assert.Equal($"received 1, {besideHost}", harness.Run(new TestFrame(packet, UplinkPort)).Counters);
        Assert.Equal($"received 1, {alone}", harness.Run(decapsulated).Counters);
    }

    [Fact]
    public void WorkloadToItsGateway_IsMartianUnlessTheAddressIsOurs()
    {
        var frame = new TestFrame(IPv4(BusyboxAddress, "169.254.1.1", IpProtocol.Icmp, EchoRequest()), BusyboxPort);
        Assert.Equal("received 1, ipv4-martian-destination 1", harness.Run(frame).Counters);
        var tables = new WalkerNode().Build();
        harness.Tables = new ForwardingTables
        {
            Fib = tables.Fib,
            Adjacencies = tables.Adjacencies,
            Ports = tables.Ports,
            LocalAddresses = new AddressSet([IPv4Address.WorkloadGateway]),
        };

        Assert.Equal("received 1, ip4-lookup 1", harness.Run(frame).Counters);
    }

    [Theory]
    [InlineData(BusyboxPort, BusyboxAddress, "ip4-lookup 1")]
    [InlineData(BusyboxPort, PrivilegedAddress, "source-spoofed 1")]
    [InlineData(BusyboxPort, "10.9.1.1", "source-spoofed 1")]
    [InlineData(BusyboxPort, "8.8.8.8", "source-spoofed 1")]
    [InlineData(PrivilegedPort, PrivilegedAddress, "ip4-lookup 1")]
    [InlineData(PrivilegedPort, "10.9.1.1", "ip4-lookup 1")]
    [InlineData(PrivilegedPort, "10.10.1.1", "source-spoofed 1")]
    [InlineData(UplinkPort, "8.8.8.8", "ip4-lookup 1")]
    [Rfc("1812-5.3.8-silent")]
    public void Source_OfAWorkload_MustBeItsOwn(int port, string source, string counter)
    {
        var packet = IPv4(source, Busybox3Address, IpProtocol.Icmp, EchoRequest());

        Assert.Equal($"received 1, {counter}", harness.Run(new TestFrame(packet, port)).Counters);
    }

    [Theory]
    [InlineData(BusyboxPort, BusyboxAddress, "workload-encapsulation 1")]
    [InlineData(PrivilegedPort, PrivilegedAddress, "ip4-lookup 1")]
    [InlineData(UplinkPort, DemiAddress, "ip4-lookup 1")]
    public void Encapsulated_FromAWorkload_IsDroppedUnlessAllowed(int port, string source, string counter)
    {
        var ipip = IPv4(source, NodeAddress, IpProtocol.IPv4, IPv4("10.0.0.1", "10.0.0.2", IpProtocol.Icmp, EchoRequest()));
        var vxlan = IPv4(source, DemiAddress, IpProtocol.Udp, Udp(source, DemiAddress, 50000, 4789, new byte[30]));
        var fragment = IPv4(source, DemiAddress, IpProtocol.Udp, Udp(source, DemiAddress, 50000, 4789, new byte[8]), moreFragments: true);

        foreach (var packet in new[] { ipip, vxlan, fragment })
            Assert.Equal($"received 1, {counter}", harness.Run(new TestFrame(packet, port)).Counters);
    }

    [Fact]
    public void UdpToAnotherPortOrALaterFragment_IsNoEncapsulation()
    {
        var other = IPv4(BusyboxAddress, DemiAddress, IpProtocol.Udp, Udp(BusyboxAddress, DemiAddress, 4789, 53, []));
        var later = IPv4(BusyboxAddress, DemiAddress, IpProtocol.Udp, Hex("0000 12b5 0000 0000"), fragmentOffset: 8);
        var tiny = IPv4(BusyboxAddress, DemiAddress, IpProtocol.Udp, Hex("00"));
        var sctp = IPv4(BusyboxAddress, DemiAddress, IpProtocol.Sctp, Hex("0000 12b5 0000 0000"));

        var run = harness.Run([.. new[] { other, later, tiny, sctp }.Select(packet => new TestFrame(packet, BusyboxPort))]);

        Assert.Equal("received 4, ip4-lookup 4", run.Counters);
    }

    [Theory]
    [InlineData(65528, 7, "ip4-lookup 1")]
    [InlineData(65528, 8, "ipv4-fragment-offset 1")]
    [InlineData(64800, 735, "ip4-lookup 1")]
    [InlineData(64800, 736, "ipv4-fragment-offset 1")]
    public void Fragment_BeyondTheLargestDatagram_IsDropped(int offset, int length, string counter)
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, new byte[length], fragmentOffset: offset);

        Assert.Equal($"received 1, {counter}", harness.Run(new TestFrame(packet, BusyboxPort)).Counters);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(4)]
    public void PortThatIsGone_DropsPortDown(int port)
    {
        var packet = IPv4(BusyboxAddress, Busybox3Address, IpProtocol.Icmp, EchoRequest());

        Assert.Equal("received 1, port-down 1", harness.Run(new TestFrame(packet, port)).Counters);
    }

    [Fact]
    public void AnyBytes_NeverThrow()
    {
        var random = new Random(41);
        for (var round = 0; round < 2000; round++)
        {
            var frames = new TestFrame[16];
            for (var i = 0; i < frames.Length; i++)
            {
                var bytes = new byte[random.Next(100)];
                random.NextBytes(bytes);
                if (bytes.Length >= 40 && i % 2 == 0)
                {
                    bytes[0] = (byte)(0x45 + random.Next(3));
                    bytes[2] = 0;
                    bytes[3] = (byte)random.Next(20, bytes.Length + 1);
                    if (bytes[3] >= (bytes[0] & 0xf) * 4)
                        IPv4Header.At(bytes).UpdateChecksum();
                }

                frames[i] = new TestFrame(bytes, random.Next(-1, 5)) { Flags = (FrameFlags)random.Next(32) & ~FrameFlags.Originated };
            }

            harness.Run(frames);
        }
    }
}
