using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;
using static VRouter.Core.Tests.Forwarding.NodeTables;

namespace VRouter.Core.Tests.Forwarding;

public sealed class EthernetInputTests : IDisposable
{
    private static readonly byte[] Payload = FrameBuilder.Pattern(46);
    private readonly StageHarness harness = new(new EthernetInput()) { Tables = Shared };

    public void Dispose() => harness.Dispose();

    // Port, source, destination, EtherType, counters; flags tell a group destination.
    [Theory]
    [InlineData(Uplink, GatewayMac, UplinkMac, EtherType.IPv4, "received 1, ip4-input 1", FrameFlags.None)]
    [InlineData(Uplink, GatewayMac, UplinkMac, EtherType.Arp, "received 1, arp-input 1", FrameFlags.None)]
    [InlineData(Uplink, GatewayMac, BroadcastMac, EtherType.Arp, "received 1, arp-input 1", FrameFlags.LinkBroadcast)]
    [InlineData(Uplink, GatewayMac, BroadcastMac, EtherType.IPv4, "received 1, ip4-input 1", FrameFlags.LinkBroadcast)]
    [InlineData(Uplink, GatewayMac, "01:00:5e:00:00:05", EtherType.IPv4, "received 1, ip4-input 1", FrameFlags.LinkBroadcast)]
    [InlineData(Busybox, BusyboxMac, WorkloadGatewayMac, EtherType.IPv4, "received 1, ip4-input 1", FrameFlags.None)]
    [InlineData(Busybox, BusyboxMac, BroadcastMac, EtherType.Arp, "received 1, arp-input 1", FrameFlags.LinkBroadcast)]
    public void Process_Accepted_StripsTheHeaderAndKeepsItInTheHeadroom(
        int port, string source, string destination, ushort type, string counters, FrameFlags flags)
    {
        var bytes = FrameBuilder.Ethernet(MacAddress.Parse(source), MacAddress.Parse(destination), type, Payload);

        var run = harness.Run(new TestFrame(bytes, port));

        Assert.Equal(counters, run.Counters);
        Assert.Equal(Payload, run.Single.Bytes);
        Assert.Equal(flags, run.Single.Metadata.Flags);
        Assert.Equal(Frame.MetadataSize + Frame.Headroom + EthernetHeader.Size, run.Single.Metadata.Offset);
    }

    [Theory]
    [InlineData(Uplink, GatewayMac, WorkloadGatewayMac, EtherType.IPv4, "mac-not-ours")]
    [InlineData(Uplink, GatewayMac, "fa:16:3e:02:8b:18", EtherType.Arp, "mac-not-ours")]
    [InlineData(Busybox, BusyboxMac, UplinkMac, EtherType.IPv4, "mac-not-ours")]
    [InlineData(Busybox, BusyboxMac, "00:00:00:00:00:00", EtherType.IPv4, "mac-not-ours")]
    [InlineData(Uplink, "01:23:89:8c:e8:31", UplinkMac, EtherType.IPv4, "mac-source-invalid")]
    [InlineData(Uplink, BroadcastMac, UplinkMac, EtherType.Arp, "mac-source-invalid")]
    [InlineData(Busybox, "00:00:00:00:00:00", WorkloadGatewayMac, EtherType.IPv4, "mac-source-invalid")]
    [InlineData(Uplink, GatewayMac, UplinkMac, EtherType.Vlan, "vlan-tagged")]
    [InlineData(Uplink, GatewayMac, UplinkMac, EtherType.QinQ, "vlan-tagged")]
    [InlineData(Uplink, GatewayMac, UplinkMac, EtherType.IPv6, "ipv6-unsupported")]
    [InlineData(Uplink, GatewayMac, "33:33:00:00:00:01", EtherType.IPv6, "ipv6-unsupported")]
    [InlineData(Uplink, GatewayMac, UplinkMac, 0x88cc, "ether-type-unsupported")]
    [InlineData(Uplink, GatewayMac, UplinkMac, 0x0600, "ether-type-unsupported")]
    [InlineData(Uplink, GatewayMac, "01:80:c2:00:00:00", 0x0026, "ethernet-length-field")]
    [InlineData(Uplink, GatewayMac, UplinkMac, 0x05ff, "ethernet-length-field")]
    [InlineData(Gone, GatewayMac, UplinkMac, EtherType.IPv4, "port-down")]
    [InlineData(17, GatewayMac, UplinkMac, EtherType.IPv4, "port-down")]
    [InlineData(-1, GatewayMac, UplinkMac, EtherType.IPv4, "port-down")]
    public void Process_NotForUs_DropsWithReason(int port, string source, string destination, ushort type, string reason)
    {
        var bytes = FrameBuilder.Ethernet(MacAddress.Parse(source), MacAddress.Parse(destination), type, Payload);

        var run = harness.Run(new TestFrame(bytes, port));

        Assert.Equal($"received 1, {reason} 1", run.Counters);
    }

    [Fact]
    public void Process_EveryTruncationOfTheHeader_IsEthernetTruncated()
    {
        var bytes = FrameBuilder.Ethernet(GatewayMac, UplinkMac, Payload);

        for (var length = 0; length < EthernetHeader.Size; length++)
            Assert.Equal("received 1, ethernet-truncated 1", harness.Run(new TestFrame(bytes[..length])).Counters);
        Assert.Equal("received 1, ip4-input 1", harness.Run(new TestFrame(bytes[..EthernetHeader.Size])).Counters);
    }

    [Fact]
    public void Process_FullVectorOfBothProtocols_KeepsTheOrderOfEach()
    {
        var frames = Enumerable.Range(0, FrameVector.MaxCount).Select(i => new TestFrame(FrameBuilder.Ethernet(
            MacAddress.Parse(GatewayMac),
            MacAddress.Parse(UplinkMac),
            i % 3 == 0 ? EtherType.Arp : EtherType.IPv4,
            [(byte)i, .. Payload]))).ToArray();

        var run = harness.Run(frames);

        Assert.Equal("received 256, arp-input 86, ip4-input 170", run.Counters);
        foreach (var stage in run.Outcomes.GroupBy(outcome => outcome.To))
            Assert.True(stage.Zip(stage.Skip(1)).All(pair => pair.First.Bytes[0] < pair.Second.Bytes[0]), stage.Key);
    }

    [Fact]
    public void Process_AnyBytes_NeverThrows()
    {
        var random = new Random(20260101);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(0, 80)];
            random.NextBytes(bytes);
            harness.Run(new TestFrame(bytes, random.Next(-1, 6)));
        }
    }
}
