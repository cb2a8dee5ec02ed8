using VRouter.Core.Forwarding;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Reassembly;

/// <summary>Whose fragments are put together, whose are the host's, and whose nobody takes.</summary>
public sealed class ReassemblyPeersTests : IDisposable
{
    private const string Stranger = "172.16.6.99";
    private const ushort Vxlan = 4789;
    private readonly StageHarness harness = new(new IPv4Reassemble()) { Tables = Node(shared: true) };

    public void Dispose() => harness.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Process_IpipOfAKnownNode_IsPutTogether(bool shared)
    {
        harness.Tables = Node(shared);
        var packet = IPv4(PeerAddress, NodeAddress, IpProtocol.IPv4, IPv4(RemoteAddress, BusyboxAddress, IpProtocol.Udp, Pattern(80)));

        Assert.Equal("received 1, held 1", Run(Pieces.Of(packet, 40, 100)).Counters);
        Assert.Equal(packet, Run(Pieces.Of(packet, 0, 40)).Single.Bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Process_IpipOfAStranger_GoesOnToBeRefused(bool shared)
    {
        harness.Tables = Node(shared);
        Assert.Equal("received 1, ip4-local 1", Run(Pieces.Of(IPv4(Stranger, NodeAddress, IpProtocol.IPv4, Pattern(100)), 0, 40)).Counters);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Process_VxlanOfAKnownNode_IsPutTogether(bool shared)
    {
        harness.Tables = Node(shared);
        var packet = Datagram(PeerAddress, Vxlan);

        Assert.Equal("received 1, held 1", Run(Pieces.Of(packet, 40, 100)).Counters);
        Assert.Equal(packet, Run(Pieces.Of(packet, 0, 40)).Single.Bytes);
    }

    [Theory]
    [InlineData(true, "received 2, ip4-local 2")]
    [InlineData(false, "received 2, delivered 1, ip4-local 1")]
    public void Process_UdpOfAStranger_IsTheHostsWhereThereIsOne(bool shared, string counters)
    {
        harness.Tables = Node(shared);
        Assert.Equal(counters, Run(Pieces.Cut(Datagram(Stranger, Vxlan), 56)).Counters);
    }

    [Fact]
    public void Process_OtherUdpOfAKnownNode_IsTheHosts()
    {
        var pieces = Pieces.Cut(Datagram(PeerAddress, 2049), 40);

        Assert.Equal("received 1, ip4-local 1", Run(pieces[0]).Counters);
        Assert.Equal("received 2, ip4-local 2", Run(pieces[1..]).Counters);

        // What came before the first one is told apart when that is there.
        var late = Pieces.Cut(Datagram(PeerAddress, 2049, identification: 7), 40);
        Assert.Equal("received 1, held 1", Run(late[1]).Counters);
        Assert.Equal("received 1, held -1, ip4-local 2", Run(late[0]).Counters);
        Assert.Equal("received 1, ip4-local 1", Run(late[2]).Counters);
    }

    [Fact]
    public void Process_IdentificationOfTheHostsUsedAgain_IsOursNow()
    {
        Run(Pieces.Of(Datagram(PeerAddress, 2049), 0, 40));
        var packet = Datagram(PeerAddress, Vxlan);

        Assert.Equal(packet, Run(Pieces.Cut(packet, 56)).Single.Bytes);

        // And the other way around.
        Run(Pieces.Of(packet, 0, 40));
        Assert.Equal("received 1, held -1, ip4-local 2", Run(Pieces.Of(Datagram(PeerAddress, 2049), 0, 40)).Counters);
    }

    [Fact]
    public void Process_OtherUdpOfAKnownNodeWithoutAHost_IsPutTogether()
    {
        harness.Tables = Node(shared: false);
        var packet = Datagram(PeerAddress, 2049);

        Assert.Equal(packet, Run(Pieces.Cut(packet, 56)).Single.Bytes);
    }

    [Theory]
    [InlineData(IpProtocol.Icmp)]
    [InlineData(IpProtocol.Tcp)]
    [InlineData(IpProtocol.Udp)]
    public void Process_PlainOnASharedUplink_IsTheHosts(byte protocol)
    {
        harness.Tables = Build(UplinkPort);
        Assert.Equal("received 2, ip4-local 2", Run(Pieces.Cut(IPv4(PeerAddress, NodeAddress, protocol, Pattern(100)), 56)).Counters);
    }

    private static byte[] Datagram(string source, ushort port, ushort identification = 1) =>
        IPv4(source, NodeAddress, IpProtocol.Udp, Udp(source, NodeAddress, 50_000, port, Pattern(92)), identification: identification);

    private static ForwardingTables Node(bool shared) => Build(
        UplinkPort with { HasHostStack = shared },
        vxlan: new VxlanSettings { Vni = 4096, L4Port = Vxlan, Mac = MacAddress.Parse("66:01:02:03:04:05") },
        peers: new AddressSet([IPv4Address.Parse(PeerAddress)]));

    private StageRun Run(params byte[][] packets) => harness.Run([.. packets.Select(packet => new TestFrame(packet, Uplink))]);
}
