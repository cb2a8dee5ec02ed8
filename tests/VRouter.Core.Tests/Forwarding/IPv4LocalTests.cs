using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

public sealed class IPv4LocalTests : IDisposable
{
    private static readonly VxlanSettings Vtep = new() { Vni = 4096, L4Port = 4789, Mac = MacAddress.Parse("66:01:02:03:04:05") };
    private static readonly byte[] Inner = IPv4(RemoteAddress, BusyboxAddress, IpProtocol.Udp, Pattern(40));
    private readonly StageHarness harness = new(new IPv4Local());

    public void Dispose() => harness.Dispose();

    public static TheoryData<string, byte[], string, string, string> Packets => new()
    {
        // What it is, its payload after the header, and where it goes from an uplink that the kernel shares, from one of our own, and from a workload.
        { "ipip", IPv4(PeerAddress, NodeAddress, 4, Inner), "ipip-decap", "ipip-decap", "local-protocol-unsupported" },
        { "vxlan", Datagram(4789), "vxlan-decap", "vxlan-decap", "local-port-closed" },
        { "udp", Datagram(4790), "delivered", "local-port-closed", "local-port-closed" },
        { "short udp", IPv4(PeerAddress, NodeAddress, 17, Hex("0001 12b5 0008")), "delivered", "udp-truncated", "udp-truncated" },
        { "udp beyond the packet", IPv4(PeerAddress, NodeAddress, 17, Hex("0001 12b6 0009 0000")), "delivered", "udp-length", "udp-length" },
        { "false udp", IPv4(PeerAddress, NodeAddress, 17, Hex("0001 12b6 0008 1234")), "delivered", "udp-checksum", "udp-checksum" },
        { "udp without a checksum", IPv4(PeerAddress, NodeAddress, 17, Hex("0001 12b6 0008 0000")), "delivered", "local-port-closed", "local-port-closed" },
        { "tcp", IPv4(PeerAddress, NodeAddress, 6, Pattern(20)), "delivered", "local-port-closed", "local-port-closed" },
        { "ospf", IPv4(PeerAddress, NodeAddress, 89, Pattern(20)), "delivered", "local-protocol-unsupported", "local-protocol-unsupported" },
        { "echo", IPv4(PeerAddress, NodeAddress, 1, EchoRequest()), "delivered", "ip4-lookup", "ip4-lookup" },
        { "echo reply", IPv4(PeerAddress, NodeAddress, 1, Icmp(0, 0, 0, [])), "delivered", "local-ignored", "local-ignored" },
        { "timestamp", IPv4(PeerAddress, NodeAddress, 1, Icmp(13, 0, 0, new byte[12])), "delivered", "local-ignored", "local-ignored" },
        { "icmp error", IPv4(PeerAddress, NodeAddress, 1, Icmp(3, 4, 1400, Inner)), "tunnel-icmp-input", "tunnel-icmp-input", "local-ignored" },
        { "time exceeded", IPv4(PeerAddress, NodeAddress, 1, Icmp(11, 0, 0, [])), "tunnel-icmp-input", "tunnel-icmp-input", "local-ignored" },
        { "no icmp", IPv4(PeerAddress, NodeAddress, 1, []), "delivered", "icmp-truncated", "icmp-truncated" },
        { "short icmp", IPv4(PeerAddress, NodeAddress, 1, Hex("0800 0000 000000")), "delivered", "icmp-truncated", "icmp-truncated" },
        { "false icmp", IPv4(PeerAddress, NodeAddress, 1, Hex("0800 1234 00000000")), "delivered", "icmp-checksum", "icmp-checksum" },
        { "first fragment", IPv4(PeerAddress, NodeAddress, 1, EchoRequest(), moreFragments: true), "delivered", "local-fragment", "local-fragment" },
        { "later fragment", IPv4(PeerAddress, NodeAddress, 17, Pattern(64), fragmentOffset: 64), "delivered", "local-fragment", "local-fragment" },
        {
            "later vxlan fragment",
            IPv4(PeerAddress, NodeAddress, 17, Udp(PeerAddress, NodeAddress, 1, 4789, Pattern(64)), fragmentOffset: 8),
            "delivered",
            "local-fragment",
            "local-fragment"
        },
        {
            "first vxlan fragment",
            IPv4(PeerAddress, NodeAddress, 17, Udp(PeerAddress, NodeAddress, 1, 4789, Pattern(64)), moreFragments: true),
            "vxlan-decap",
            "vxlan-decap",
            "local-fragment"
        },
        { "ipip fragment", IPv4(PeerAddress, NodeAddress, 4, Inner, moreFragments: true), "ipip-decap", "ipip-decap", "local-fragment" },
        { "error fragment", IPv4(PeerAddress, NodeAddress, 1, Icmp(3, 1, 0, Inner), moreFragments: true), "delivered", "local-fragment", "local-fragment" },
    };

    [Theory]
    [MemberData(nameof(Packets))]
    [Rfc("792-Destination Unreachable-protocol-port")]
    public void Process_EachKind_GoesWhereItBelongs(string name, byte[] packet, string shared, string alone, string workload)
    {
        Assert.NotEmpty(name);
        harness.Tables = Build(UplinkPort, vxlan: Vtep);
        Assert.Equal($"received 1, {shared} 1", harness.Run(new TestFrame(packet, Uplink)).Counters);
        Assert.Equal($"received 1, {workload} 1", harness.Run(new TestFrame(packet, Busybox)).Counters);

        // Out of a tunnel it is not the host's, nor may it hold a further tunnel.
        Assert.Equal($"received 1, {workload} 1", harness.Run(new TestFrame(packet, Uplink) { Flags = FrameFlags.Decapsulated }).Counters);

        harness.Tables = Build(UplinkPort with { HasHostStack = false }, vxlan: Vtep);
        Assert.Equal($"received 1, {alone} 1", harness.Run(new TestFrame(packet, Uplink)).Counters);
    }

    [Fact]
    public void Process_VxlanWhileNotInUse_IsTheHosts()
    {
        harness.Tables = Shared;
        Assert.Equal("received 1, delivered 1", harness.Run(new TestFrame(Datagram(4789))).Counters);
        harness.Tables = Alone;
        Assert.Equal("received 1, local-port-closed 1", harness.Run(new TestFrame(Datagram(4789))).Counters);
    }

    [Fact]
    [Rfc("1812-4.3.2.2-ttl", "1812-4.3.2.5-reply-tos", "1812-4.3.3.6-echo", "1812-4.3.3.6-data", "792-Echo-reply")]
    public void Process_EchoRequest_BecomesTheReply()
    {
        harness.Tables = Shared;
        var request = IPv4(BusyboxAddress, NodeAddress, 1, EchoRequest(identifier: 7, sequence: 3), ttl: 9, tosEcn: 0x28, dontFragment: true);

        var run = harness.Run(new TestFrame(request, Busybox) { FlowHash = 5 });

        Assert.Equal(
            IPv4(NodeAddress, BusyboxAddress, 1, Icmp(0, 0, 0x0007_0003, Pattern(56)), ttl: 64, tosEcn: 0x28, dontFragment: true),
            run.Single.Bytes);
        Assert.Equal(FrameFlags.Answer | FrameFlags.LocallyGenerated, run.Single.Metadata.Flags);
        Assert.Equal(0u, run.Single.Metadata.FlowHash);
    }

    [Fact]
    [Rfc("1812-4.2.2.11-own-source", "1812-4.3.3.6-source")]
    public void Process_EchoRequestForAnotherOwnAddress_IsAnsweredFromThatOne()
    {
        harness.Tables = Alone;

        var run = harness.Run(new TestFrame(IPv4(PeerAddress, "192.168.187.193", 1, EchoRequest(length: 3))));

        Assert.Equal(IPv4("192.168.187.193", PeerAddress, 1, Icmp(0, 0, 0x0007_0001, Pattern(3))), run.Single.Bytes);
    }

    [Fact]
    public void Process_EchoRequestByLinkBroadcast_IsIgnored()
    {
        harness.Tables = Alone;
        var request = IPv4(PeerAddress, NodeAddress, 1, EchoRequest());

        Assert.Equal("received 1, local-ignored 1", harness.Run(new TestFrame(request) { Flags = FrameFlags.LinkBroadcast }).Counters);
    }

    [Fact]
    public void Process_EchoRequestOutOfATunnel_IsAnsweredIntoTheTunnel()
    {
        harness.Tables = Shared;
        var request = IPv4(RemoteAddress, NodeAddress, 1, EchoRequest());

        var run = harness.Run(new TestFrame(request) { Flags = FrameFlags.Decapsulated, TunnelDepth = 1 });

        Assert.Equal("received 1, ip4-lookup 1", run.Counters);
        Assert.Equal(FrameFlags.Answer | FrameFlags.LocallyGenerated, run.Single.Metadata.Flags);
        Assert.Equal(0, run.Single.Metadata.TunnelDepth);
    }

    [Fact]
    public void Process_AnyPacket_NeverThrows()
    {
        harness.Tables = Build(UplinkPort with { HasHostStack = false }, vxlan: Vtep);
        var random = new Random(5);
        byte[] protocols = [1, 1, 4, 6, 17, 50];
        for (var round = 0; round < 5000; round++)
        {
            var payload = new byte[random.Next(0, 40)];
            random.NextBytes(payload);
            var packet = IPv4(
                PeerAddress,
                NodeAddress,
                protocols[random.Next(protocols.Length)],
                payload,
                moreFragments: random.Next(8) == 0,
                fragmentOffset: random.Next(8) == 0 ? 8 * random.Next(8000) : 0);
            if (random.Next(4) == 0)
                packet = WithOptions(packet, new byte[4 * random.Next(11)]);
            harness.Run(new TestFrame(packet, random.Next(-1, 5)) { Flags = (FrameFlags)(random.Next(4) * 4) });
        }
    }

    private static byte[] Datagram(ushort port) => IPv4(PeerAddress, NodeAddress, 17, Udp(PeerAddress, NodeAddress, 50000, port, Pattern(60)));
}
