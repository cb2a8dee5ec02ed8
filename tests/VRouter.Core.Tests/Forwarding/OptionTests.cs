using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

/// <summary>IPv4 options on their way through ip4-lookup, which reads them, and ip4-forward, which writes.</summary>
public sealed class OptionTests : IDisposable
{
    // 172.16.6.47, the node and its uplink, in hex; the harness's second as milliseconds that are not standard.
    private const string Node = "ac10062f";
    private const string Second = "800003e8";

    private readonly IcmpErrorProbe probe = new();
    private readonly StageHarness harness;

    public OptionTests() => harness = new StageHarness(new IPv4Lookup(), new IPv4Forward(), probe) { Tables = new WalkerNode().Build() };

    public void Dispose() => harness.Dispose();

    [Theory]
    [InlineData("07 03 03 00", 22)] // a pointer into the option's own head
    [InlineData("07 02 04 00", 21)] // no room for the pointer
    [InlineData("01 07 06 04 000000 00", 23)] // room for a part of an address
    [InlineData("07 07 05 00000000 00", 22)]
    [InlineData("07 07 04 00000000 07 07 04 00000000 0000", 27)] // twice
    [InlineData("01 01 01 07", 23)] // no length
    [InlineData("07 00 0000", 20)]
    [InlineData("07 01 0000", 20)]
    [InlineData("07 05 0400", 20)] // beyond the header
    [InlineData("1f 05 0400", 20)] // as any option
    [InlineData("44 03 05 00", 21)]
    [InlineData("44 08 04 00 00000000", 22)]
    [InlineData("44 08 06 00 00000000", 22)]
    [InlineData("44 08 05 01 00000000", 22)] // room for an address, none for the time
    [InlineData("44 08 05 03 00000000", 22)]
    [InlineData("44 0c 05 00 00000000 00000000 44 04 05 00", 32)]
    [InlineData("94 03 0000", 21)]
    [InlineData("83 02 0000", 21)]
    [InlineData("83 07 03 0a000001 00", 22)]
    [InlineData("83 07 04 0a000001 89 07 04 0a000001 0000", 27)] // RFC 1812 §5.2.4.1
    [Rfc("1812-4.3.3.5-parameter-problem")]
    [Rfc("792-Parameter Problem-pointer", "1812-4.3.3.5-unchanged")]
    public void Malformed_IsAnsweredWithThePlace(string options, byte pointer)
    {
        foreach (var (destination, adjacency) in new[] { (Busybox3Address, IpipToDemi), (NodeAddress, Local), ("10.66.1.1", Unreachable), ("192.168.187.200", Blackhole) })
        {
            var packet = Packet(destination, options);

            var run = harness.Run(new TestFrame(packet));

            Assert.Equal("received 1, ipv4-option-malformed 1, originated 1, originated icmp-rate-limited 1", run.Counters);
            var (bytes, metadata) = probe.Seen[^1];
            Assert.Equal(packet, bytes);
            Assert.Equal((DropReason.IPv4OptionMalformed, pointer, adjacency), (metadata.Reason, metadata.IcmpPointer, metadata.Adjacency));
        }
    }

    [Theory]
    [InlineData("44 08 09 f0 00000001")]
    [InlineData("44 04 05 f2")]
    [Rfc("1812-4.3.3.5-parameter-problem")]
    public void TimestampWhoseCountIsFullToo_IsAnsweredWithThePlace(string options)
    {
        var run = harness.Run(new TestFrame(Packet(Busybox3Address, options)));

        Assert.Equal("received 1, ipv4-option-overflow 1, originated 1, originated icmp-rate-limited 1", run.Counters);
        Assert.Equal((DropReason.IPv4OptionOverflow, (byte)23), (probe.Seen[0].Metadata.Reason, probe.Seen[0].Metadata.IcmpPointer));
    }

    [Theory]
    [InlineData("83 07 04 0a000001 00")]
    [InlineData("89 07 08 0a000001 00")] // used up
    [InlineData("01 83 03 04")]
    [InlineData("07 07 04 00000000 83 07 04 0a000001 0000")]
    public void SourceRoute_IsDroppedSilently(string options)
    {
        foreach (var destination in new[] { Busybox3Address, NodeAddress, "10.66.1.1" })
            Assert.Equal("received 1, ipv4-source-route 1", harness.Run(new TestFrame(Packet(destination, options))).Counters);
        Assert.Empty(probe.Seen);
        Assert.Equal(DropReason.IPv4SourceRoute, DropReasons.All.Single(reason => DropReasons.Label(reason) == "ipv4-source-route"));
    }

    [Theory]
    [InlineData("07 07 04 00000000 00", "07 07 08 " + Node + " 00")]
    [InlineData("01 07 0b 08 0a000001 00000000", "01 07 0b 0c 0a000001 " + Node)]
    [InlineData("07 07 08 0a000001 00", "07 07 08 0a000001 00")] // full: nothing is counted
    [InlineData("07 03 04 00", "07 03 04 00")]
    [InlineData("07 0b 05 ffffffff ffffffff 00", "07 0b 09 ff" + Node + "ffffff 00")] // the pointer need not be even with others'
    [Rfc("1812-4.2.2.2-own-address", "1812-5.3.13.5-record-route")]
    public void RecordRoute_GetsTheAddressOfTheInterfaceThatItLeavesBy(string options, string expected) => AssertForwarded(options, expected);

    [Theory]
    [InlineData("44 08 05 00 00000000", "44 08 09 00 " + Second)]
    [InlineData("44 0c 09 70 00000001 00000000", "44 0c 0d 70 00000001 " + Second)]
    [InlineData("44 0c 05 01 00000000 00000000", "44 0c 0d 01 " + Node + Second)]
    [InlineData("44 0c 05 03 " + Node + " 00000000", "44 0c 0d 03 " + Node + Second)]
    [InlineData("44 0c 05 03 0a000001 00000000", "44 0c 05 03 0a000001 00000000")] // another's turn
    [InlineData("44 0c 0d 03 " + Node + " 00000001", "44 0c 0d 03 " + Node + " 00000001")] // all have written
    [InlineData("44 08 09 00 00000001", "44 08 09 10 00000001")] // no room: counted
    [InlineData("44 04 05 e1", "44 04 05 f1")]
    [InlineData("44 08 05 02 00000000", "44 08 05 02 00000000")] // a flag that nobody has defined
    [Rfc("1812-4.2.2.2-own-address", "1812-5.3.13.6-timestamp")]
    public void Timestamp_GetsWhatItsFlagSays(string options, string expected) => AssertForwarded(options, expected);

    [Theory]
    [InlineData("00 07 0304", "00 00 0000")] // RFC 791 §3.1: padding is zero
    [InlineData("07 07 04 00000000 01 44 04 05 00 01 00 09 09", "07 07 08 " + Node + " 01 44 04 05 10 01 00 00 00")] // both, and nothing lost between them
    [InlineData("94 04 0000", "94 04 0000")] // router alert, RFC 2113
    [InlineData("94 04 0001", "94 04 0001")]
    [InlineData("82 0b 0102030405060708 09 00", "82 0b 0102030405060708 09 00")]
    [InlineData("86 06 00000001 0000", "86 06 00000001 0000")] // CIPSO
    public void Others_StayAsTheyAre(string options, string expected) => AssertForwarded(options, expected);

    [Fact]
    public void OutOfAWorkloadsPort_TheNodesAddressIsWritten()
    {
        var run = harness.Run(new TestFrame(Packet(BusyboxAddress, "07 07 04 00000000 00"), UplinkPort));

        Assert.Equal(Hex("07 07 08" + Node + "00"), IPv4Header.At(run.Single.Bytes).Options.ToArray());
    }

    [Theory]
    [InlineData("07 07 04 00000000 00", 1, DropReason.TtlExpired)]
    [InlineData("44 08 05 00 00000000", 1, DropReason.TtlExpired)]
    [InlineData("44 08 05 00 00000000", 64, DropReason.FragmentationNeeded)]
    [Rfc("1812-4.3.2.3-quote")]
    public void PacketThatStopsHere_IsQuotedAsItCame(string options, byte ttl, DropReason reason)
    {
        var packet = WithOptions(IPv4(PrivilegedAddress, Busybox3Address, IpProtocol.Udp, Pattern(1480), ttl: ttl, dontFragment: true), Hex(options));

        harness.Run(new TestFrame(packet, PrivilegedPort));

        Assert.Equal(packet, Assert.Single(probe.Seen).Bytes);
        Assert.Equal(reason, probe.Seen[0].Metadata.Reason);
    }

    [Fact]
    public void OnASharedUplink_WhatTheHostTakesIsLeftToItUnread()
    {
        harness.Tables = new WalkerNode { HasHostStack = true }.Build();
        var malformed = Hex("07 02 04 00");

        // A datagram of the host's, and one whose sender the host must tell that no route leads on; a tunnel packet is the router's.
        Assert.Equal("received 1, ip4-reassemble 1", Run(IPv4(Walker2Address, NodeAddress, IpProtocol.Udp, Pattern(40))));
        Assert.Equal("received 1, delivered 1", Run(IPv4(Walker2Address, "10.66.1.1", IpProtocol.Udp, Pattern(40))));
        Assert.StartsWith("received 1, ipv4-option-malformed 1", Run(IPv4(DemiAddress, NodeAddress, IpProtocol.IPv4, Pattern(40))), StringComparison.Ordinal);
        Assert.StartsWith("received 1, ipv4-option-malformed 1", Run(IPv4(Walker2Address, BusyboxAddress, IpProtocol.Udp, Pattern(40))), StringComparison.Ordinal);

        string Run(byte[] packet) => harness.Run(new TestFrame(WithOptions(packet, malformed), UplinkPort)).Counters;
    }

    [Theory]
    [InlineData("07 07 04 00000000 00", "07 07 08" + Node + "00")]
    [InlineData("07 0b 04 00000000 00000000 00", "07 0b 0c" + Node + Node + "00")] // reached, and on the way back
    [InlineData("07 0b 08 01020304 00000000 00", "07 0b 0c 01020304" + Node + "00")]
    [InlineData("07 07 08 01020304 00", "07 07 08 01020304 00")]
    [InlineData("44 0c 05 00 00000000 00000000", "44 0c 0d 00" + Second + Second)]
    [InlineData("44 0c 05 01 00000000 00000000", "44 0c 0d 01" + Node + Second)]
    [InlineData("44 14 05 03" + Node + "00000000" + Node + "00000000", "44 14 15 03" + Node + Second + Node + Second)]
    [InlineData("44 08 05 00 00000000", "44 08 09 00" + Second)] // the way back is not counted as a router without room
    [InlineData("44 08 09 00 01020304", "44 08 09 10 01020304")]
    [InlineData("01 44 08 05 00 00000000 07 07 04 00000000", "07 07 08" + Node + "44 08 09 00" + Second + "00")] // one behind the other
    [InlineData("82 0b 0102030405060708 09 00", "")]
    [InlineData("94 04 0000", "")]
    [Rfc("1812-4.2.2.1-known-options", "1812-4.2.2.1-timestamp")]
    public void EchoToTheRouter_RecordsGoOnInTheReply(string options, string expected)
    {
        using var stages = new StageHarness(new IPv4Lookup(), new IPv4Reassemble(), new IPv4Local()) { Tables = harness.Tables };
        var request = WithOptions(IPv4(BusyboxAddress, NodeAddress, IpProtocol.Icmp, EchoRequest()), Padded(options));

        var run = stages.Run(new TestFrame(request));

        // The reply has gone through the lookup again, unread.
        Assert.Equal("received 1, ip4-forward 1", run.Counters);
        Assert.Equal(WithOptions(IPv4(NodeAddress, BusyboxAddress, IpProtocol.Icmp, Icmp(0, 0, 0x0007_0001, Pattern(56))), Padded(expected)), run.Single.Bytes);
    }

    [Theory]
    [InlineData(null, 0x8000_0001u)]
    [InlineData(0L, 1u)]
    [InlineData(86_400_000_000_000L, 1u)] // midnight
    [InlineData(86_399_998_400_000L + (20_000L * 86_400_000_000_000L), 86_399_999u)]
    [InlineData(86_399_999_000_000L, 0u)]
    [Rfc("1812-5.3.13.6-timestamp")]
    public void Time_IsMillisecondsSinceMidnightUniversalTime(long? offset, uint expected)
    {
        using var pool = new FramePool(64);
        var outcomes = new Sender();
        var engine = new ForwardingEngine(pool, outcomes, new EngineOptions { UniversalTimeOffset = offset }) { Tables = NodeTables.Alone };
        engine.Neighbors.Request(NodeTables.Uplink, Address(NodeTables.GatewayAddress), 0, out _);
        engine.Neighbors.Learn(NodeTables.Uplink, Address(NodeTables.GatewayAddress), MacAddress.Parse("02:00:00:00:00:09"), 0);
        var bytes = Ethernet(NodeTables.BusyboxMac, NodeTables.WorkloadGatewayMac, WithOptions(
            IPv4(NodeTables.BusyboxAddress, NodeTables.PeerAddress, IpProtocol.Udp, Pattern(20)), Hex("44 08 05 00 00000000")));
        Assert.True(pool.TryRent(out var frame));
        bytes.CopyTo(frame.Reset(pool, bytes.Length));
        var vector = new FrameVector();
        vector.Add(frame);

        engine.Process(NodeTables.Busybox, vector, 1_500_000);

        Assert.Equal(DropReason.None, IPv4Header.Parse(Assert.Single(outcomes.Sent).AsSpan(14).ToArray(), out var header));
        Assert.Equal(Hex($"44 08 09 00 {expected:x8}"), header.Options.ToArray());
    }

    private static byte[] Packet(string destination, string options) =>
        WithOptions(IPv4(BusyboxAddress, destination, IpProtocol.Udp, Pattern(40)), Padded(options));

    private static byte[] Padded(string options)
    {
        var bytes = Hex(options);
        return [.. bytes, .. new byte[(4 - (bytes.Length % 4)) % 4]];
    }

    private void AssertForwarded(string options, string expected)
    {
        foreach (var (destination, next) in new[] { (Busybox3Address, "ipip-encap"), (Busybox2Address, "vxlan-encap"), (Walker2Address, "ethernet-rewrite") })
        {
            var run = harness.Run(new TestFrame(Packet(destination, options)));

            Assert.Equal($"received 1, {next} 1", run.Counters);
            Assert.Equal(WithOptions(IPv4(BusyboxAddress, destination, IpProtocol.Udp, Pattern(40), ttl: 63), Padded(expected)), run.Single.Bytes);
        }
    }

    private sealed class Sender : IFrameTransmitter
    {
        public List<byte[]> Sent { get; } = [];

        public void Transmit(int port, FrameVector vector)
        {
            for (var i = 0; i < vector.Count; i++)
            {
                Sent.Add(vector[i].Bytes.ToArray());
                vector.Verdicts[i] = Verdict.Transmit;
            }
        }
    }
}
