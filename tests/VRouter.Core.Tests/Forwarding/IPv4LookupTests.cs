using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.WalkerNode;
using static VRouter.TestKit.FrameBuilder;

namespace VRouter.Core.Tests.Forwarding;

public sealed class IPv4LookupTests : IDisposable
{
    private readonly StageHarness harness = new(new IPv4Lookup()) { Tables = new WalkerNode().Build() };

    public void Dispose() => harness.Dispose();

    [Theory]
    [InlineData(NodeAddress, "ip4-reassemble", Local)]
    [InlineData(Walker2Address, "ip4-forward", Subnet)]
    [InlineData("8.8.8.8", "ip4-forward", Gateway)]
    [InlineData(Busybox3Address, "ip4-forward", IpipToDemi)]
    [InlineData(Busybox2Address, "ip4-forward", VxlanToWalker2)]
    [InlineData(PrivilegedAddress, "ip4-forward", Privileged)]
    [Rfc("1812-5.2.3-local", "1812-5.2.4.3-longest")]
    public void LongestPrefix_DecidesAdjacencyAndEdge(string destination, string next, int adjacency)
    {
        var run = harness.Run(Packet(destination));

        Assert.Equal($"received 1, {next} 1", run.Counters);
        Assert.Equal(adjacency, run.Single.Metadata.Adjacency);
    }

    [Theory]
    [InlineData("192.168.187.200", "route-blackhole")]
    [InlineData("10.66.1.1", "route-unreachable")]
    public void DropAdjacency_GivesItsReason(string destination, string counter) =>
        Assert.Equal($"received 1, {counter} 1", harness.Run(Packet(destination)).Counters);

    [Fact]
    [Rfc("1812-4.3.3.1-network")]
    public void NoRouteAtAll_DropsNoRoute()
    {
        harness.Tables = ForwardingTables.Empty;

        Assert.Equal("received 1, no-route 1", harness.Run(Packet("8.8.8.8")).Counters);
    }

    [Fact]
    public void RouteAheadOfTheAdjacencies_DropsNoRoute()
    {
        var node = new WalkerNode();
        harness.Tables = node.Build();
        node.Fib.Set(IPv4Prefix.Parse("10.99.0.0/16"), 500);

        Assert.Equal("received 1, no-route 1", harness.Run(Packet("10.99.0.1")).Counters);
    }

    [Fact]
    public void WholeVector_EachFrameGetsItsOwnAdjacency()
    {
        string[] destinations = [NodeAddress, Walker2Address, "8.8.8.8", Busybox3Address, Busybox2Address, PrivilegedAddress];
        int[] expected = [Local, Subnet, Gateway, IpipToDemi, VxlanToWalker2, Privileged];
        var frames = Enumerable.Range(0, FrameVector.MaxCount).Select(i => Packet(destinations[i % 6])).ToArray();

        var run = harness.Run(frames);

        Assert.Equal($"received {frames.Length}, ip4-forward 213, ip4-reassemble 43", run.Counters);
        foreach (var outcome in run.Outcomes)
        {
            var destination = IPv4Header.At(outcome.Bytes).Destination.ToString();
            Assert.Equal(expected[Array.IndexOf(destinations, destination)], outcome.Metadata.Adjacency);
        }
    }

    [Fact]
    public void Multipath_KeepsAFlowOnOnePathAndSpreadsFlows()
    {
        var counts = new Dictionary<int, int>();
        for (ushort port = 1; port <= 3000; port++)
        {
            var first = harness.Run(FlowPacket(port)).Single.Metadata;
            var second = harness.Run(FlowPacket(port)).Single.Metadata;
            Assert.Equal(first.Adjacency, second.Adjacency);
            Assert.NotEqual(0u, first.FlowHash);
            counts[first.Adjacency] = counts.GetValueOrDefault(first.Adjacency) + 1;
        }

        Assert.Equal([Gateway, IpipToDemi, VxlanToWalker2], counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 800, 1200));
    }

    [Fact]
    public void Multipath_AllFragmentsOfADatagram_TakeOnePath()
    {
        for (ushort i = 0; i < 200; i++)
        {
            var destination = $"10.77.0.{i}";
            var first = IPv4(BusyboxAddress, destination, IpProtocol.Udp, Udp(BusyboxAddress, destination, i, 9, new byte[8]), moreFragments: true);
            var later = IPv4(BusyboxAddress, destination, IpProtocol.Udp, Pattern(32), fragmentOffset: 16);

            var run = harness.Run(new TestFrame(first, BusyboxPort), new TestFrame(later, BusyboxPort));

            Assert.Equal(run.Outcomes[0].Metadata.Adjacency, run.Outcomes[1].Metadata.Adjacency);
        }
    }

    [Fact]
    public void Multipath_WithoutMembers_DropsNoRoute()
    {
        harness.Tables = new WalkerNode { Members = [] }.Build();

        Assert.Equal("received 1, no-route 1", harness.Run(FlowPacket(1)).Counters);
    }

    [Theory]
    [InlineData("8.8.8.8", "delivered 1")] // the host's other addresses, docker's networks: the kernel's own
    [InlineData(Walker2Address, "delivered 1")]
    [InlineData(Busybox3Address, "delivered 1")]
    [InlineData("10.66.1.1", "delivered 1")]
    [InlineData("172.16.6.255", "delivered 1")] // a broadcast
    [InlineData("192.168.187.200", "route-blackhole 1")]
    [InlineData(BusyboxAddress, "ip4-forward 1")]
    [InlineData(NodeAddress, "ip4-reassemble 1")]
    [Rfc("1812-4.2.2.11-broadcast-to-us")]
    public void PlainFromASharedUplink_WhatGoesBackOutIsTheHosts(string destination, string counter)
    {
        harness.Tables = new WalkerNode { HasHostStack = true }.Build();

        Assert.Equal($"received 1, {counter}", harness.Run(Packet(destination) with { RxPort = UplinkPort }).Counters);
    }

    [Theory]
    [InlineData(UplinkPort, FrameFlags.Decapsulated)]
    [InlineData(UplinkPort, FrameFlags.LocallyGenerated)]
    [InlineData(BusyboxPort, FrameFlags.None)]
    public void TunnelledOwnOrAWorkloads_GoesOutOfASharedUplink(int port, FrameFlags flags)
    {
        harness.Tables = new WalkerNode { HasHostStack = true }.Build();

        var run = harness.Run(Packet("8.8.8.8") with { RxPort = port, Flags = flags });

        Assert.Equal("received 1, ip4-forward 1", run.Counters);
    }

    private static TestFrame Packet(string destination) =>
        new(IPv4(BusyboxAddress, destination, IpProtocol.Icmp, EchoRequest()), BusyboxPort);

    private static TestFrame FlowPacket(ushort sourcePort) =>
        new(IPv4(BusyboxAddress, "10.77.0.1", IpProtocol.Udp, Udp(BusyboxAddress, "10.77.0.1", sourcePort, 53, [])), BusyboxPort);
}
