using System.Buffers.Binary;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Offload;
using VRouter.Io.Tests.Offload;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>Any bytes, with any offload metadata that the kernel lets a pod send: every frame is received or dropped with a reason, and nothing throws.</summary>
public class AfPacketFuzzTests
{
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public void Receive_HostileOffloadMetadata_IsFinishedOrDropped(int seed)
    {
        using var veth = new VethPair();
        using var harness = new PortHarness(frames: 2048);
        using var port = veth.OpenPort();
        using var sender = new OffloadSender(veth.Pod, "eth0");
        var random = new Random(seed);
        var sent = 0;
        var superFrames = 0;
        var received = 0;
        for (var round = 0; round < 10_000; round++)
        {
            var bytes = Hostile(random);
            if (!sender.TrySend(bytes))
                continue;
            sent++;
            superFrames += bytes[1] != 0 ? 1 : 0;
            received += harness.ReceiveAll(port).Count;
        }

        port.Refresh();
        var dropped = DropReasons.All.Sum(port.Counters.ReceiveDropsOf);
        Assert.InRange(sent, 500, 10_000);
        Assert.InRange(superFrames, 50, sent);
        Assert.Equal(received, port.Counters.ReceivedFrames);
        Assert.True(received + dropped >= sent, $"sent {sent}, received {received}, dropped {dropped}");
        Assert.Equal(0, port.Counters.ReceiveDropsOf(DropReason.RxTruncated));
        Assert.Equal(0, Poll.Wait(0, port.Descriptor));
    }

    private static byte[] Hostile(Random random)
    {
        byte[] frame;
        var start = 34;
        var offset = 16;
        var type = VirtioNetHeader.GsoTcp4;
        switch (random.Next(5))
        {
            case 0:
                frame = new byte[random.Next(14, 3000)];
                random.NextBytes(frame);
                type = VirtioNetHeader.GsoNone;
                break;
            case 1:
                frame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Udp(random.Next(20_000))));
                offset = 6;
                type = VirtioNetHeader.GsoUdpDatagrams;
                break;
            case 2:
                var inner = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(random.Next(20_000), TcpFlags.Ack)));
                frame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Udp, SuperFrame.Vxlan(inner, true)));
                start = 84;
                break;
            default:
                frame = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(random.Next(60_000), TcpFlags.Ack)));
                break;
        }

        if (random.Next(3) == 0)
            type = (byte)random.Next(6);
        if (random.Next(3) == 0)
            start = random.Next(100);
        if (random.Next(3) == 0)
        {
            for (var n = random.Next(4); n > 0; n--)
                frame[random.Next(12, Math.Min(80, frame.Length))] = (byte)random.Next(256);
        }

        byte[] bytes = [(byte)random.Next(4), type, .. new byte[8], .. frame];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)(start + 20));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)random.Next(1, 2000));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)start);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)offset);
        return bytes;
    }
}
