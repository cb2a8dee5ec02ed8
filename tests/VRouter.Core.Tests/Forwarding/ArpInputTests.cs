using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;

namespace VRouter.Core.Tests.Forwarding;

public sealed class ArpInputTests : IDisposable
{
    private const string Zero = "00:00:00:00:00:00";
    private readonly NeighborTable neighbors = new();
    private readonly StageHarness harness;

    public ArpInputTests() => harness = new StageHarness(new EthernetInput(), new ArpInput(neighbors)) { Tables = Shared };

    public void Dispose() => harness.Dispose();

    // Who asks on busybox-1's port, and for what: answered as Linux with proxy_arp would (and 169.254.1.1 with no route at all).
    [Theory]
    [InlineData(BusyboxAddress, "169.254.1.1")]
    [InlineData("192.168.187.212", "169.254.1.1")]
    [InlineData("10.9.3.4", "169.254.1.1")] // an allowed source
    [InlineData(BusyboxAddress, OtherAddress)]
    [InlineData(BusyboxAddress, RemoteAddress)] // through a tunnel
    [InlineData(BusyboxAddress, NodeAddress)] // the router's own
    [InlineData(BusyboxAddress, "172.16.6.249")] // connected on the uplink
    [InlineData(BusyboxAddress, PeerAddress)] // behind the gateway
    [InlineData(BusyboxAddress, "10.2.0.1")] // one of two paths leads elsewhere
    [InlineData("0.0.0.0", "169.254.1.1")] // a probe: the address is taken
    [InlineData("0.0.0.0", NodeAddress)]
    [Rfc("826-Packet Reception-reply")]
    public void Process_WorkloadRequest_IsAnsweredWithThePortsMac(string sender, string target)
    {
        var request = Frame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxMac, sender, Zero, target);

        var run = harness.Run(new TestFrame(request, Busybox));

        Assert.Equal("received 1, answered 1", run.Counters);
        Assert.Equal("transmit 1", run.Single.To);
        Assert.Equal(
            Frame(WorkloadGatewayMac, BusyboxMac, ArpOperation.Reply, WorkloadGatewayMac, target, BusyboxMac, sender),
            run.Single.Bytes);
    }

    [Theory]
    [InlineData(BusyboxAddress, BusyboxAddress, "arp-own-address")] // an announcement (RFC 5227 §3)
    [InlineData(BusyboxAddress, "192.168.187.212", "arp-own-address")]
    [InlineData("10.9.1.1", "10.9.1.1", "arp-own-address")]
    [InlineData("0.0.0.0", BusyboxAddress, "arp-own-address")] // its own duplicate-address probe
    [InlineData("0.0.0.0", OtherAddress, "arp-target-not-ours")] // a probe is never answered by proxy
    [InlineData("0.0.0.0", PeerAddress, "arp-target-not-ours")]
    [InlineData(BusyboxAddress, "192.168.187.200", "arp-target-not-ours")] // blackhole: own block
    [InlineData(BusyboxAddress, "10.1.0.1", "arp-target-not-ours")] // unreachable
    [InlineData(BusyboxAddress, "8.8.8.8", "arp-target-not-ours")] // no route
    [InlineData(BusyboxAddress, "10.9.1.9", "arp-target-not-ours")] // leads out of the same port
    [InlineData(BusyboxAddress, "10.3.0.1", "arp-target-not-ours")] // so does each of its paths
    [InlineData(BusyboxAddress, "172.16.6.255", "arp-target-not-ours")] // the uplink's broadcast address, which nothing is forwarded to
    [InlineData(BusyboxAddress, "172.16.6.0", "arp-target-not-ours")]
    [InlineData(OtherAddress, "169.254.1.1", "arp-sender-not-allowed")]
    [InlineData("169.254.1.1", "169.254.1.1", "arp-sender-not-allowed")] // claims the gateway's address
    [InlineData(OtherAddress, OtherAddress, "arp-sender-not-allowed")]
    [InlineData(PeerAddress, BusyboxAddress, "arp-sender-not-allowed")]
    [Rfc("826-Packet Reception-target")]
    public void Process_WorkloadRequest_IsNotAnswered(string sender, string target, string reason)
    {
        var request = Frame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxMac, sender, Zero, target);

        var run = harness.Run(new TestFrame(request, Busybox));

        Assert.Equal($"received 1, {reason} 1", run.Counters);
    }

    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("224.0.0.5")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    public void Process_TargetThatNoHostHas_IsNotAnsweredByADefaultRoute(string target)
    {
        ((MultibitTrie)harness.Tables.Fib).Set(IPv4Prefix.Default, GatewayRoute);
        var request = Frame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxMac, BusyboxAddress, Zero, target);

        Assert.Equal("received 1, arp-target-not-ours 1", harness.Run(new TestFrame(request, Busybox)).Counters);
    }

    [Fact]
    public void Process_PaddedRequest_IsAnsweredWithoutThePadding()
    {
        var request = Frame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxMac, BusyboxAddress, Zero, "169.254.1.1");

        var run = harness.Run(new TestFrame([.. request, .. FrameBuilder.Pattern(18)], Busybox));

        Assert.Equal(EthernetHeader.Size + ArpHeader.Size, run.Single.Bytes.Length);
    }

    [Fact]
    public void Process_RouteYoungerThanTheTables_IsNotAnswered()
    {
        var fib = (MultibitTrie)harness.Tables.Fib;
        fib.Set(IPv4Prefix.Parse("10.77.0.0/16"), 1000);
        var request = Frame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxMac, BusyboxAddress, Zero, "10.77.0.1");

        Assert.Equal("received 1, arp-target-not-ours 1", harness.Run(new TestFrame(request, Busybox)).Counters);
    }

    [Theory]
    [InlineData(true, ArpOperation.Request, GatewayAddress, NodeAddress, "delivered")] // the kernel answers
    [InlineData(true, ArpOperation.Request, GatewayAddress, "172.16.6.249", "delivered")]
    [InlineData(true, ArpOperation.Reply, GatewayAddress, NodeAddress, "delivered")]
    [InlineData(true, ArpOperation.Request, GatewayAddress, GatewayAddress, "delivered")]
    [InlineData(false, ArpOperation.Request, GatewayAddress, "172.16.6.249", "arp-target-not-ours")]
    [InlineData(false, ArpOperation.Request, GatewayAddress, BusyboxAddress, "arp-target-not-ours")] // no proxy on the uplink
    [InlineData(false, ArpOperation.Reply, GatewayAddress, NodeAddress, "delivered")]
    [InlineData(false, ArpOperation.Request, GatewayAddress, GatewayAddress, "delivered")]
    [InlineData(false, ArpOperation.Request, NodeAddress, NodeAddress, "delivered")] // another claims our address: no answer
    [Rfc("826-Packet Reception-merge")]
    public void Process_UplinkPacket_IsLearnedButNotAnswered(bool shared, ushort operation, string sender, string target, string counter)
    {
        harness.Tables = shared ? Shared : Alone;
        neighbors.Request(Uplink, IPv4Address.Parse(GatewayAddress), harness.Now, out _);
        var packet = Frame(GatewayMac, BroadcastMac, operation, GatewayMac, sender, Zero, target);

        var run = harness.Run(new TestFrame(packet, Uplink));

        Assert.Equal($"received 1, {counter} 1", run.Counters);
        Assert.Equal(
            sender == GatewayAddress ? NeighborState.Reachable : NeighborState.Incomplete,
            neighbors.Read(Uplink, IPv4Address.Parse(GatewayAddress), out _));
        Assert.Equal(1, neighbors.Count);
    }

    [Theory]
    [InlineData(GatewayAddress)]
    [InlineData("0.0.0.0")]
    public void Process_UplinkRequestForOurAddressWithoutHostStack_IsAnswered(string sender)
    {
        harness.Tables = Alone;
        var request = Frame(GatewayMac, BroadcastMac, ArpOperation.Request, GatewayMac, sender, Zero, NodeAddress);

        var run = harness.Run(new TestFrame(request, Uplink));

        Assert.Equal("received 1, answered 1", run.Counters);
        Assert.Equal("transmit 0", run.Single.To);
        Assert.Equal(Frame(UplinkMac, GatewayMac, ArpOperation.Reply, UplinkMac, NodeAddress, GatewayMac, sender), run.Single.Bytes);
        Assert.Equal(0, neighbors.Count);
    }

    [Fact]
    [Rfc("826-Packet Reception-merge")]
    public void Process_ChangedReply_ReplacesTheMacAtOnce()
    {
        neighbors.Request(Uplink, IPv4Address.Parse(GatewayAddress), harness.Now, out _);
        harness.Run(new TestFrame(Frame(GatewayMac, UplinkMac, ArpOperation.Reply, GatewayMac, GatewayAddress, UplinkMac, NodeAddress)));
        Assert.True(neighbors.TryUse(Uplink, IPv4Address.Parse(GatewayAddress), harness.Now, out var mac));
        Assert.Equal(GatewayMac, mac.ToString());

        harness.Run(new TestFrame(Frame(OtherMac, BroadcastMac, ArpOperation.Reply, OtherMac, GatewayAddress, BroadcastMac, GatewayAddress)));

        Assert.True(neighbors.TryUse(Uplink, IPv4Address.Parse(GatewayAddress), harness.Now, out mac));
        Assert.Equal(OtherMac, mac.ToString());
    }

    [Fact]
    public void Process_OwnFrameSentBack_IsNotLearned()
    {
        neighbors.Request(Uplink, IPv4Address.Parse(GatewayAddress), harness.Now, out _);

        harness.Run(new TestFrame(Frame(GatewayMac, BroadcastMac, ArpOperation.Request, UplinkMac, GatewayAddress, Zero, NodeAddress)));

        Assert.Equal(NeighborState.Incomplete, neighbors.Read(Uplink, IPv4Address.Parse(GatewayAddress), out _));
    }

    [Theory]
    [InlineData(Other, OtherMac, OtherAddress, NeighborState.Reachable)] // ARP finds its MAC address
    [InlineData(Busybox, BusyboxMac, BusyboxAddress, NeighborState.Incomplete)] // its MAC address is fixed
    public void Process_WorkloadReply_IsLearnedUnlessItsMacIsFixed(int port, string mac, string address, NeighborState expected)
    {
        neighbors.Request(port, IPv4Address.Parse(address), harness.Now, out _);
        var reply = Frame(mac, WorkloadGatewayMac, ArpOperation.Reply, mac, address, WorkloadGatewayMac, "169.254.1.1");

        var run = harness.Run(new TestFrame(reply, port));

        Assert.Equal("received 1, delivered 1", run.Counters);
        Assert.Equal(expected, neighbors.Read(port, IPv4Address.Parse(address), out _));
    }

    [Fact]
    public void Process_WorkloadReplyForAnother_IsRefused()
    {
        neighbors.Request(Other, IPv4Address.Parse(BusyboxAddress), harness.Now, out _);
        var reply = Frame(OtherMac, WorkloadGatewayMac, ArpOperation.Reply, OtherMac, BusyboxAddress, WorkloadGatewayMac, "169.254.1.1");

        Assert.Equal("received 1, arp-sender-not-allowed 1", harness.Run(new TestFrame(reply, Other)).Counters);
        Assert.Equal(NeighborState.Incomplete, neighbors.Read(Other, IPv4Address.Parse(BusyboxAddress), out _));
    }

    [Fact]
    public void Process_EveryTruncation_IsArpTruncated()
    {
        var request = Frame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxMac, BusyboxAddress, Zero, "169.254.1.1");

        for (var length = EthernetHeader.Size; length < request.Length; length++)
            Assert.Equal("received 1, arp-truncated 1", harness.Run(new TestFrame(request[..length], Busybox)).Counters);
    }

    [Theory]
    [InlineData(Busybox, BroadcastMac)]
    [InlineData(Busybox, Zero)]
    [InlineData(Uplink, "01:00:5e:00:00:01")]
    public void Process_SenderMacThatNoInterfaceHas_IsMacSourceInvalid(int port, string senderMac)
    {
        var request = Frame(BusyboxMac, BroadcastMac, ArpOperation.Request, senderMac, BusyboxAddress, Zero, "169.254.1.1");

        Assert.Equal("received 1, mac-source-invalid 1", harness.Run(new TestFrame(request, port)).Counters);
    }

    [Fact]
    [Rfc("826-Packet Reception-types")]
    public void Process_OtherHardware_IsArpUnsupported()
    {
        var request = Frame(BusyboxMac, BroadcastMac, ArpOperation.Request, BusyboxMac, BusyboxAddress, Zero, "169.254.1.1");
        request[EthernetHeader.Size + 1] = 6;

        Assert.Equal("received 1, arp-unsupported 1", harness.Run(new TestFrame(request, Busybox)).Counters);
    }

    [Fact]
    public void Process_PortGone_IsPortDown()
    {
        var packet = FrameBuilder.Arp(ArpOperation.Request, BusyboxMac, BusyboxAddress, Zero, "169.254.1.1");

        Assert.Equal("received 1, port-down 1", harness.RunAt(StageNames.ArpInput, new TestFrame(packet, Gone)).Counters);
    }

    [Fact]
    public void Process_AnyBytes_NeverThrowsAndNeverAnswersAStranger()
    {
        var random = new Random(7);
        var valid = FrameBuilder.Arp(ArpOperation.Request, BusyboxMac, BusyboxAddress, Zero, "169.254.1.1");
        for (var round = 0; round < 5000; round++)
        {
            var bytes = valid[..random.Next(valid.Length + 1)];
            for (var i = random.Next(6); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var run = harness.RunAt(StageNames.ArpInput, new TestFrame(bytes, random.Next(-1, 5)) { Flags = FrameFlags.LinkBroadcast });
            foreach (var outcome in run.Outcomes)
                Assert.Equal($"transmit {outcome.Metadata.RxPort}", outcome.To);
        }
    }

    private static byte[] Frame(
        string source, string destination, ushort operation, string senderMac, string sender, string targetMac, string target) =>
        FrameBuilder.Ethernet(
            MacAddress.Parse(source),
            MacAddress.Parse(destination),
            EtherType.Arp,
            FrameBuilder.Arp(operation, senderMac, sender, targetMac, target));
}
