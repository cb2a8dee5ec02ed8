using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Offload;
using VRouter.Io.Ports.AfPacket;
using VRouter.Io.Tests.Offload;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>Of which tunnels the kernel can be told, and the program that tells it.</summary>
public sealed class TunnelAnnouncerTests
{
    private static readonly byte[] Inner = SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(4000, TcpFlags.Ack));

    public static TheoryData<string, byte[], int> Frames() => new()
    {
        { "plain", SuperFrame.Ethernet(Inner), 0 },
        { "IPIP", SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.IPv4, Inner)), 20 },
        { "IPIP around options", SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.IPv4, SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(4000, TcpFlags.Ack), options: 8))), 20 },
        { "IPIP with options", SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.IPv4, Inner, options: 4)), 0 },
        { "IPIP with a VLAN tag", SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.IPv4, Inner), 7), 0 },
        { "VXLAN", Vxlan(withChecksum: false), 50 },
        { "VXLAN with a UDP checksum", Vxlan(withChecksum: true), 0 },
        { "VXLAN with options", SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Vxlan(SuperFrame.Ethernet(Inner), withChecksum: false), options: 4)), 0 },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void TunnelOf_Frame_GivesTheLengthOfHeadersThatCanBeAnnounced(string what, byte[] bytes, int expected)
    {
        using var harness = new PortHarness(largeFrames: 1);
        Assert.True(harness.Pool.TryRentLarge(out var frame));
        bytes.CopyTo(frame.Reset(harness.Pool, bytes.Length));
        var header = SuperFrame.Header(VirtioNetHeader.GsoTcp4, 1380, bytes.Length - 4032, 16);
        Assert.Equal(DropReason.None, VirtioSegmentation.TryPlan(bytes, header, out var plan));
        VirtioSegmentation.Mark(frame, header, plan);

        Assert.Equal((what, expected), (what, TunnelAnnouncer.TunnelOf(frame)));

        // Cut off within any header, as it never is: no more, and nothing is read behind the end.
        for (var length = 0; length < bytes.Length - 4000; length++)
        {
            bytes.AsSpan(0, length).CopyTo(frame.Reset(harness.Pool, length));
            Assert.InRange(TunnelAnnouncer.TunnelOf(frame), 0, expected);
        }

        harness.Pool.Return(frame);
    }

    [Fact]
    public void Program_ForACookie_ComparesAllItsBitsFirst()
    {
        var program = TunnelProgram.For(0x1122334455667788).Chunk(8).Select(Convert.ToHexString).ToList();

        Assert.Equal(["BF16000000000000", "850000002E000000", "1801000088776655", "0000000044332211"], program[..4]);
        Assert.StartsWith("5D10", program[4]);
    }

    private static byte[] Vxlan(bool withChecksum) =>
        SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Vxlan(SuperFrame.Ethernet(Inner), withChecksum)));
}
