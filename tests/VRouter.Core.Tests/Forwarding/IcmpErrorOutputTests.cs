using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

public sealed class IcmpErrorOutputTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private readonly StageHarness harness = new(new IcmpErrorOutput(new IcmpErrorOptions { FirstIdentification = 0x4000 })) { Tables = Shared };

    public void Dispose() => harness.Dispose();

    [Theory]
    [InlineData(DropReason.TtlExpired, 11, 0, 0)]
    [InlineData(DropReason.NoRoute, 3, 0, 0)]
    [InlineData(DropReason.RouteUnreachable, 3, 1, 0)]
    [InlineData(DropReason.NeighborUnresolved, 3, 1, 0)]
    [InlineData(DropReason.PortUnavailable, 3, 1, 0)]
    [InlineData(DropReason.LocalProtocolUnsupported, 3, 2, 0)]
    [InlineData(DropReason.LocalPortClosed, 3, 3, 0)]
    [InlineData(DropReason.ReassemblyTimeout, 11, 1, 0)]
    [InlineData(DropReason.FragmentationNeeded, 3, 4, 1480)]
    [InlineData(DropReason.IPv4OptionMalformed, 12, 0, 23u << 24)]
    [InlineData(DropReason.IPv4OptionOverflow, 12, 0, 23u << 24)]
    [Rfc("1812-4.3.2.2-ttl", "1812-4.3.3.1-network", "1812-4.3.3.1-host", "792-Message Formats-unused", "792-Destination Unreachable-protocol-port", "1191-4-zero")]
    [Rfc("1812-5.2.7.1-next-hop-mtu")]
    public void Process_EachReason_BecomesItsError(DropReason reason, byte type, byte code, uint restOfHeader)
    {
        var packet = IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(100), ttl: 1);

        var run = harness.RunDropped(reason, new TestFrame(packet, Busybox)
        {
            IcmpMtu = 1480, // noted in any case, told in one; the pointer in two
            IcmpPointer = 23,
            Adjacency = IpipRoute,
            TxPort = Uplink,
            NextHop = 99,
            FlowHash = 7,
            TunnelDepth = 1,
            Flags = FrameFlags.Decapsulated,
        });

        Assert.Equal($"received 1, {DropReasons.Label(reason)} 1, originated 1, originated ip4-lookup 1", run.Counters);
        Assert.Equal(
            IPv4(NodeAddress, BusyboxAddress, IpProtocol.Icmp, Icmp(type, code, restOfHeader, packet), tosEcn: 0xc0, identification: 0x4000),
            run.Single.Bytes);
        var metadata = run.Single.Metadata;
        Assert.Equal(FrameFlags.Originated | FrameFlags.LocallyGenerated, metadata.Flags);
        Assert.Equal(
            (Busybox, -1, 0, 0u, 0u, 0, 0, 0, DropReason.None),
            (metadata.RxPort, metadata.TxPort, metadata.Adjacency, metadata.NextHop, metadata.FlowHash, metadata.IcmpMtu, metadata.IcmpPointer, metadata.TunnelDepth, metadata.Reason));
    }

    [Fact]
    public void Process_EachReasonThatCausesAnError_IsTestedAbove()
    {
        var tested = typeof(IcmpErrorOutputTests).GetMethod(nameof(Process_EachReason_BecomesItsError))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(row => (DropReason)((InlineDataAttribute)row).GetData(null!).Single()[0]);

        Assert.Equal(DropReasons.All.Where(reason => DropReasons.IcmpReplyOf(reason) != IcmpReply.None), tested.Order());
    }

    [Theory]
    [InlineData(547, 575)]
    [InlineData(548, 576)]
    [InlineData(549, 576)]
    [InlineData(1500, 576)]
    [Rfc("1812-4.3.2.3-quote", "792-Destination Unreachable-quote")]
    public void Process_AnyLength_QuotesWhatFitsInto576Bytes(int length, int expected)
    {
        var packet = IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(length - 20));

        var run = harness.RunDropped(DropReason.NoRoute, new TestFrame(packet, Busybox));

        Assert.Equal(expected, run.Single.Bytes.Length);
        Assert.Equal(packet[..(expected - 28)], run.Single.Bytes[28..]);
        Assert.Equal(DropReason.None, IPv4Header.Parse(run.Single.Bytes, out var header));
        Assert.Equal(DropReason.None, IcmpHeader.Parse(header.Payload, out _));
    }

    [Fact]
    public void Process_Padding_IsNotQuoted()
    {
        var packet = IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(10));

        var run = harness.RunDropped(DropReason.NoRoute, new TestFrame([.. packet, 1, 2, 3], Busybox));

        Assert.Equal(28 + 30, run.Single.Bytes.Length);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    public void Process_EncapsulatedAlready_IsAboutTheInnerPacket(int overhead)
    {
        var packet = IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(100));

        var run = harness.RunDropped(
            DropReason.NeighborUnresolved,
            new TestFrame([.. new byte[overhead], .. packet], Busybox) { EncapsulationLength = overhead, Headroom = 128 - overhead });

        Assert.Equal(
            IPv4(NodeAddress, BusyboxAddress, IpProtocol.Icmp, Icmp(3, 1, 0, packet), tosEcn: 0xc0, identification: 0x4000),
            run.Single.Bytes);
        Assert.Equal(0, run.Single.Metadata.EncapsulationLength);
    }

    [Fact]
    public void Process_StartOfAPacketOutOfATunnelError_StaysOnTheReceivedAccount()
    {
        var packet = IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Tcp, Pattern(1440), dontFragment: true)[..60];

        var run = harness.Run(new TestFrame(packet, Uplink) { Reason = DropReason.FragmentationNeeded, IcmpMtu = 1380 });

        Assert.Equal("received 1, ip4-lookup 1", run.Counters);
        Assert.Equal(
            IPv4(NodeAddress, BusyboxAddress, IpProtocol.Icmp, Icmp(3, 4, 1380, packet), tosEcn: 0xc0, identification: 0x4000),
            run.Single.Bytes);
        Assert.Equal(FrameFlags.LocallyGenerated, run.Single.Metadata.Flags);
    }

    [Theory]
    [InlineData(0x00, 0xc0)]
    [InlineData(0x03, 0xc0)] // ECN is not taken over
    [InlineData(0x10, 0xd0)]
    [InlineData(0xb8, 0xd8)] // expedited forwarding: the precedence gives way
    public void Process_TypeOfService_KeepsTheTypeAndGetsPrecedence6(byte tos, byte expected)
    {
        var packet = IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(10), tosEcn: tos);

        Assert.Equal(expected, harness.RunDropped(DropReason.NoRoute, new TestFrame(packet, Busybox)).Single.Bytes[1]);
    }

    [Fact]
    public void Process_SeveralErrors_HaveDifferentIdentifications()
    {
        var frame = new TestFrame(IPv4(BusyboxAddress, RemoteAddress, IpProtocol.Udp, Pattern(10)), Busybox);

        var run = harness.RunDropped(DropReason.NoRoute, frame, frame, frame);

        Assert.Equal([0x4000, 0x4001, 0x4002], run.Outcomes.Select(outcome => (int)IPv4Header.At(outcome.Bytes).Identification));
    }

    public static TheoryData<string, byte[], FrameFlags, int> NotAllowed
    {
        get
        {
            var rows = new TheoryData<string, byte[], FrameFlags, int>();
            foreach (byte type in (byte[])[3, 4, 5, 11, 12])
                rows.Add($"about ICMP error {type}", Packet(protocol: 1, payload: Icmp(type, 0, 0, Pattern(28))), 0, 0);
            foreach (byte type in (byte[])[1, 2, 6, 7, 9, 10, 19, 42, 255])
                rows.Add($"about ICMP of type {type}, which may be an error", Packet(protocol: 1, payload: Icmp(type, 0, 0, Pattern(28))), 0, 0);
            rows.Add("about ICMP without a type", Packet(protocol: 1, payload: []), 0, 0);
            rows.Add("about a later fragment", IPv4(BusyboxAddress, RemoteAddress, 17, Pattern(16), fragmentOffset: 8), 0, 0);
            rows.Add("link broadcast", Packet(), FrameFlags.LinkBroadcast, 0);
            foreach (var destination in (string[])["224.0.0.1", "239.255.255.255", "255.255.255.255"])
                rows.Add($"to {destination}", Packet(destination: destination), 0, 0);
            rows.Add("to the subnet's broadcast address", Packet(destination: "172.16.6.255"), 0, ConnectedRoute);
            foreach (var source in (string[])["0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", NodeAddress])
                rows.Add($"from {source}", Packet(source: source), 0, 0);
            rows.Add("no packet", [], 0, 0);
            rows.Add("half a header", Packet()[..19], 0, 0);
            rows.Add("IPv6", [0x60, .. new byte[60]], 0, 0);
            rows.Add("total length under the header's", Mutate(Packet(), 3, 19), 0, 0);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(NotAllowed))]
    [Rfc("1812-4.3.2.7-icmp-error", "1812-4.3.2.7-broadcast", "1812-4.3.2.7-link-broadcast", "1812-4.3.2.7-source", "1812-4.3.2.7-fragment", "792-Introduction-no-icmp-about-icmp")]
    [Rfc("792-Introduction-fragment-zero")]
    public void Process_WhatRfc1812Excepts_CausesNoError(string name, byte[] packet, FrameFlags flags, int adjacency)
    {
        Assert.NotEmpty(name);

        var run = harness.RunDropped(DropReason.NoRoute, new TestFrame(packet, Busybox) { Flags = flags, Adjacency = adjacency });

        Assert.Equal("received 1, no-route 1, originated 1, originated icmp-not-allowed 1", run.Counters);
    }

    [Theory]
    [InlineData("172.16.6.255")]
    [InlineData("172.16.6.0")]
    public void Process_SourceThatIsTheUplinksBroadcastAddress_CausesNoError(string source)
    {
        var run = harness.RunDropped(DropReason.NoRoute, new TestFrame(Packet(source: source), Uplink));

        Assert.Equal("received 1, no-route 1, originated 1, originated icmp-not-allowed 1", run.Counters);
    }

    [Fact]
    public void Process_EncapsulationLongerThanTheFrame_CausesNoError()
    {
        var run = harness.RunDropped(DropReason.NoRoute, new TestFrame(Packet()[..30], Busybox) { EncapsulationLength = 50 });

        Assert.Equal("received 1, no-route 1, originated 1, originated icmp-not-allowed 1", run.Counters);
    }

    [Fact]
    public void Process_NoReasonToSpeakOf_CausesNoError()
    {
        Assert.Equal("received 1, icmp-not-allowed 1", harness.Run(new TestFrame(Packet(), Busybox)).Counters);
    }

    [Fact]
    public void Process_RouterWithoutAddress_CausesNoError()
    {
        harness.Tables = ForwardingTables.Empty;

        var run = harness.RunDropped(DropReason.NoRoute, new TestFrame(Packet(), Busybox));

        Assert.Equal("received 1, no-route 1, originated 1, originated icmp-not-allowed 1", run.Counters);
    }

    [Fact]
    public void Process_EchoRequestAndFirstFragment_CauseErrors()
    {
        var echo = Packet(protocol: 1, payload: EchoRequest());
        var fragment = IPv4(BusyboxAddress, RemoteAddress, 17, Pattern(16), moreFragments: true);

        var run = harness.RunDropped(DropReason.NoRoute, new TestFrame(echo, Busybox), new TestFrame(fragment, Busybox));

        Assert.Equal("received 2, no-route 2, originated 2, originated ip4-lookup 2", run.Counters);
    }

    [Fact]
    public void Process_LittleHeadroom_IsNoHeadroom()
    {
        var run = harness.RunDropped(DropReason.NoRoute, new TestFrame(Packet(), Busybox) { Headroom = 27 });

        Assert.Equal("received 1, no-route 1, originated 1, originated no-headroom 1", run.Counters);
    }

    [Fact]
    public void Process_MoreThanTheLimitPerDestination_IsRateLimited()
    {
        using var limited = Harness(new IcmpErrorOptions { PerDestination = new RateLimit(PerSecond: 2, Burst: 3) });
        var frames = Enumerable.Repeat(new TestFrame(Packet(), Busybox), 5).ToArray();

        Assert.Equal(
            "received 5, no-route 5, originated 5, originated icmp-rate-limited 2, originated ip4-lookup 3",
            limited.RunDropped(DropReason.NoRoute, frames).Counters);

        // Another destination has its own limit; so has Fragmentation Needed.
        var other = new TestFrame(Packet(source: OtherAddress), Other);
        Assert.Single(limited.RunDropped(DropReason.NoRoute, other).Outcomes);
        Assert.Equal(5, limited.RunDropped(DropReason.FragmentationNeeded, frames).Outcomes.Count);

        limited.Now += (Second / 2) - 1;
        Assert.Empty(limited.RunDropped(DropReason.NoRoute, frames).Outcomes);
        limited.Now++;
        Assert.Single(limited.RunDropped(DropReason.NoRoute, frames).Outcomes);
        limited.Now += 100 * Second;
        Assert.Equal(3, limited.RunDropped(DropReason.NoRoute, frames).Outcomes.Count);
    }

    [Fact]
    public void Process_MoreThanTheOverallLimit_IsRateLimited()
    {
        using var limited = Harness(new IcmpErrorOptions { Overall = new RateLimit(PerSecond: 10, Burst: 4) });
        var frames = Enumerable.Range(1, 9).Select(host => new TestFrame(Packet(source: $"10.9.0.{host}"), Busybox)).ToArray();

        Assert.Equal(4, limited.RunDropped(DropReason.NoRoute, frames).Outcomes.Count);
        Assert.Empty(limited.RunDropped(DropReason.FragmentationNeeded, frames).Outcomes);
        limited.Now += Second / 5;
        Assert.Equal(2, limited.RunDropped(DropReason.NoRoute, frames).Outcomes.Count);
    }

    [Fact]
    public void Process_TimeNearZero_AllowsTheBurst()
    {
        harness.Now = 0;
        var frames = Enumerable.Repeat(new TestFrame(Packet(), Busybox), 25).ToArray();

        Assert.Equal(20, harness.RunDropped(DropReason.NoRoute, frames).Outcomes.Count);
    }

    [Fact]
    public void Process_AnyBytes_NeverThrowsAndErrorsAreValid()
    {
        using var unlimited = Harness(new IcmpErrorOptions { PerDestination = new(1_000_000, 100_000), Overall = new(1_000_000, 100_000) });
        var random = new Random(99);
        var sent = 0;
        for (var round = 0; round < 5000; round++)
        {
            var packet = Packet(payload: Pattern(random.Next(0, 700)))[..];
            packet = packet[..random.Next(packet.Length + 1)];
            for (var flips = random.Next(4); flips > 0 && packet.Length > 0; flips--)
                packet[random.Next(Math.Min(packet.Length, 24))] = (byte)random.Next(256);
            var run = unlimited.RunDropped(
                DropReason.TtlExpired,
                new TestFrame(packet, random.Next(-1, 5)) { EncapsulationLength = random.Next(4) == 0 ? random.Next(60) : 0, Adjacency = random.Next(-1, 20) });
            foreach (var outcome in run.Outcomes)
            {
                sent++;
                Assert.Equal(DropReason.None, IPv4Header.Parse(outcome.Bytes, out var header));
                Assert.Equal(DropReason.None, IcmpHeader.Parse(header.Payload, out _));
                Assert.True(outcome.Bytes.Length <= IcmpErrorOutput.MaximumLength);
                Assert.NotEqual(IPv4Address.Any, header.Destination);
            }
        }

        Assert.True(sent > 1000);
    }

    private static byte[] Packet(string source = BusyboxAddress, string destination = RemoteAddress, byte protocol = 17, byte[]? payload = null) =>
        IPv4(source, destination, protocol, payload ?? Pattern(40));

    private static byte[] Mutate(byte[] bytes, int position, byte value)
    {
        bytes[position] = value;
        return bytes;
    }

    private static StageHarness Harness(IcmpErrorOptions options) => new(new IcmpErrorOutput(options)) { Tables = Shared };
}
