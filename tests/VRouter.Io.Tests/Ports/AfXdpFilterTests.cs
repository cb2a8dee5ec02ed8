using System.Buffers.Binary;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;
using VRouter.Io.Tests.Offload;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

/// <summary>An uplink that the router shares with the host's kernel: each takes its own.</summary>
/// <remarks>peer: eth0 192.0.2.2/24 ---- host: cali0 192.0.2.1/24, the port. Local pods: 10.1.0.0/26 and 10.1.1.7/32.</remarks>
public class AfXdpFilterTests
{
    private const long Second = 1_000_000_000;
    private static readonly IPv4Address Node = new(192, 0, 2, 1);
    private static readonly EqualityComparer<byte[]> Bytes = EqualityComparer<byte[]>.Create((x, y) => x.AsSpan().SequenceEqual(y), bytes => bytes.Length);
    private static readonly XdpFilter Filter = new()
    {
        Mac = MacAddress.WorkloadGateway,
        Address = Node,
        VxlanL4Port = 4789,
        Destinations = [new IPv4Prefix(new IPv4Address(10, 1, 0, 0), 26), IPv4Prefix.Host(new IPv4Address(10, 1, 1, 7))],
    };

    private static byte[] Ethernet(ushort type, byte[] payload, string destination = "EEEEEEEEEEEE") =>
        [.. Convert.FromHexString(destination), 2, 0, 0, 0, 0, 1, (byte)(type >> 8), (byte)type, .. payload];

    private static byte[] IPv4(string destination, byte protocol, byte[] payload, string source = "192.0.2.2", int options = 0, ushort fragment = 0)
    {
        var packet = new byte[20 + options + payload.Length];
        packet[0] = (byte)(0x45 + (options / 4));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), fragment);
        packet[8] = 64;
        packet[9] = protocol;
        Assert.True(IPv4Address.TryParse(source, out var from));
        Assert.True(IPv4Address.TryParse(destination, out var to));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), from.Value);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), to.Value);
        packet.AsSpan(20, options).Fill(1);
        payload.CopyTo(packet.AsSpan(20 + options));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~WireTruth.NaiveSum(packet.AsSpan(0, 20 + options)));
        return packet;
    }

    private static byte[] Udp(ushort port) => [0x30, 0x39, (byte)(port >> 8), (byte)port, 0, 16, 0, 0, .. new byte[8]];

    private static byte[] Icmp(byte type, byte[] quoted) => [type, 4, 0, 0, 0, 0, 5, 0xdc, .. quoted.AsSpan(0, Math.Min(quoted.Length, 28)), .. new byte[4]];

    private static readonly (string Name, bool IsOurs)[] Frames =
    [
        ("ipip", true),
        ("ipip with options", true),
        ("ipip fragment", true),
        ("ipip to another address", false),
        ("ipip to another MAC", false),
        ("ipip broadcast", false),
        ("ipip tagged", false),
        ("vxlan", true),
        ("vxlan with options", true),
        ("vxlan later fragment", false),
        ("another UDP port", false),
        ("UDP cut off", false),
        ("to a pod", true),
        ("to a pod with a /32", true),
        ("beside the pods", false),
        ("fragmentation needed for ipip", true),
        ("fragmentation needed for vxlan", true),
        ("fragmentation needed for TCP", false),
        ("fragmentation needed for another node's ipip", false),
        ("echo request", false),
        ("TCP to the node", false),
        ("ipv6", false),
        ("header too short", false),
        ("version 6 in IPv4", false),
        ("empty", false),
    ];

    private static byte[] FrameOf(string name) => name switch
    {
        "ipip" => Ethernet(0x0800, IPv4("192.0.2.1", 4, IPv4("10.1.0.5", 17, Udp(9)))),
        "ipip with options" => Ethernet(0x0800, IPv4("192.0.2.1", 4, new byte[20], options: 40)),
        "ipip fragment" => Ethernet(0x0800, IPv4("192.0.2.1", 4, new byte[20], fragment: 5)),
        "ipip to another address" => Ethernet(0x0800, IPv4("192.0.2.9", 4, new byte[20])),
        "ipip to another MAC" => Ethernet(0x0800, IPv4("192.0.2.1", 4, new byte[20]), "EEEEEEEEEEEF"),
        "ipip broadcast" => Ethernet(0x0800, IPv4("192.0.2.1", 4, new byte[20]), "FFFFFFFFFFFF"),
        "ipip tagged" => Ethernet(0x8100, [0, 5, 8, 0, .. IPv4("192.0.2.1", 4, new byte[20])]),
        "vxlan" => Ethernet(0x0800, IPv4("192.0.2.1", 17, Udp(4789))),
        "vxlan with options" => Ethernet(0x0800, IPv4("192.0.2.1", 17, Udp(4789), options: 12)),
        "vxlan later fragment" => Ethernet(0x0800, IPv4("192.0.2.1", 17, Udp(4789), fragment: 0x2001)),
        "another UDP port" => Ethernet(0x0800, IPv4("192.0.2.1", 17, Udp(4790))),
        "UDP cut off" => Ethernet(0x0800, IPv4("192.0.2.1", 17, [0x12, 0xb5, 0x12])),
        "to a pod" => Ethernet(0x0800, IPv4("10.1.0.63", 6, new byte[20])),
        "to a pod with a /32" => Ethernet(0x0800, IPv4("10.1.1.7", 1, new byte[8])),
        "beside the pods" => Ethernet(0x0800, IPv4("10.1.0.64", 6, new byte[20])),
        "fragmentation needed for ipip" => Ethernet(0x0800, IPv4("192.0.2.1", 1, Icmp(3, IPv4("198.51.100.1", 4, new byte[8], source: "192.0.2.1")))),
        "fragmentation needed for vxlan" => Ethernet(0x0800, IPv4("192.0.2.1", 1, Icmp(3, IPv4("198.51.100.1", 17, Udp(4789), source: "192.0.2.1")))),
        "fragmentation needed for TCP" => Ethernet(0x0800, IPv4("192.0.2.1", 1, Icmp(3, IPv4("198.51.100.1", 6, new byte[8], source: "192.0.2.1")))),
        "fragmentation needed for another node's ipip" => Ethernet(0x0800, IPv4("192.0.2.1", 1, Icmp(3, IPv4("198.51.100.1", 4, new byte[8], source: "192.0.2.5")))),
        "echo request" => Ethernet(0x0800, IPv4("192.0.2.1", 1, Icmp(8, new byte[28]))),
        "TCP to the node" => Ethernet(0x0800, IPv4("192.0.2.1", 6, new byte[20])),
        "ipv6" => Ethernet(0x86dd, new byte[60]),
        "header too short" => Ethernet(0x0800, [0x44, .. IPv4("192.0.2.1", 4, new byte[20])[1..]]),
        "version 6 in IPv4" => Ethernet(0x0800, [0x65, .. IPv4("192.0.2.1", 4, new byte[20])[1..]]),
        "empty" => Ethernet(0x0800, []),
        _ => throw new ArgumentException(name),
    };

    private static List<byte[]> ReceiveSoon(PortHarness harness, IPort port, int count)
    {
        List<byte[]> frames = [];
        for (var tries = 0; frames.Count < count && tries < 300; tries++)
        {
            frames.AddRange(harness.Receive(port, Second + (tries * 10_000_000L)));
            if (frames.Count < count)
                Poll.Wait(10, port.Descriptor);
        }

        return frames;
    }

    [SkippableFact]
    public void Frame_OnASharedInterface_IsTakenIfItIsOurs()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness, isShared: true);
        using var peer = veth.OpenPodPort();
        harness.Receive(port);
        var last = FrameOf("ipip");

        harness.Send(peer, last); // before there is a filter, nothing is ours
        Assert.Null(port.SetFilter(Filter));
        foreach (var (name, isOurs) in Frames)
        {
            var frame = FrameOf(name);
            harness.Send(peer, frame, last);
            List<byte[]> expected = isOurs ? [frame, last] : [last];
            Assert.Equal((name, expected.Count), (name, ReceiveSoon(harness, port, expected.Count) is var got && got.SequenceEqual(expected, Bytes) ? got.Count : -got.Count));
        }

        Assert.Empty(harness.Receive(port, 10 * Second));
    }

    [SkippableFact]
    public void VxlanFragments_OnASharedInterface_FollowTheFirstOne()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness, isShared: true);
        using var peer = veth.OpenPodPort();
        harness.Receive(port);
        Assert.Null(port.SetFilter(Filter));
        var (first, foreign, middle, end) = (Udp(4789), Udp(53), new byte[16], new byte[3]);
        (string What, byte[] Frame, bool IsOurs)[] steps =
        [
            ("before the first", Fragment(middle, 0x2002), false),
            ("first", Fragment(first, 0x2000), true),
            ("second", Fragment(middle, 0x2002), true),
            ("second of another datagram", Fragment(middle, 0x2002, identification: 2), false),
            ("second of another sender", Fragment(middle, 0x2002, source: "192.0.2.3"), false),
            ("second, of another protocol", Fragment(middle, 0x2002, protocol: 1), false),
            ("last", Fragment(end, 0x0004), true),
            ("last once more", Fragment(end, 0x0004), false),
            ("first again", Fragment(first, 0x2000), true),
            ("first of a datagram of the host's", Fragment(foreign, 0x2000), false),
            ("its second", Fragment(middle, 0x2002), false),
        ];
        foreach (var (what, frame, isOurs) in steps)
        {
            harness.Send(peer, frame, FrameOf("ipip"));
            List<byte[]> expected = isOurs ? [frame, FrameOf("ipip")] : [FrameOf("ipip")];
            Assert.Equal((what, expected.Count), (what, ReceiveSoon(harness, port, expected.Count) is var got && got.SequenceEqual(expected, Bytes) ? got.Count : -got.Count));
        }

        Assert.Empty(harness.Receive(port, 10 * Second));
    }

    private static byte[] Fragment(byte[] payload, ushort fragment, ushort identification = 1, string source = "192.0.2.2", byte protocol = 17)
    {
        var packet = IPv4("192.0.2.1", protocol, payload, source, fragment: fragment);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), identification);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~WireTruth.NaiveSum(packet.AsSpan(0, 20)));
        return Ethernet(0x0800, packet);
    }

    [SkippableFact]
    public void SetFilter_Again_TakesWhatTheNewOneSays()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        using var port = veth.OpenXdpPort(harness, isShared: true);
        using var peer = veth.OpenPodPort();
        harness.Receive(port);
        Assert.Null(port.SetFilter(Filter));
        Assert.Null(port.SetFilter(Filter with { VxlanL4Port = null, Destinations = [new IPv4Prefix(new IPv4Address(10, 1, 0, 64), 26)] }));

        harness.Send(peer, FrameOf("vxlan"), FrameOf("to a pod"), FrameOf("fragmentation needed for vxlan"), FrameOf("beside the pods"), FrameOf("ipip"));

        Assert.Equal([FrameOf("beside the pods"), FrameOf("ipip")], ReceiveSoon(harness, port, 2));
    }

    [SkippableFact]
    public void Arp_OnASharedInterface_ReachesBoth()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        veth.Host.Ip("addr add 192.0.2.1/24 dev cali0");
        veth.Pod.Ip("addr add 192.0.2.2/24 dev eth0");
        using var port = veth.OpenXdpPort(harness, isShared: true);
        Assert.Null(port.SetFilter(Filter));
        harness.Receive(port);
        veth.Pod.Exec("ping -c 1 -W 5 192.0.2.1");

        var frames = ReceiveSoon(harness, port, 1);

        Assert.Equal(0x0806, BinaryPrimitives.ReadUInt16BigEndian(frames[0].AsSpan(12)));
    }

    [SkippableFact]
    public void Kernel_OnASharedInterface_IsReachedByPingAndTcp()
    {
        using var veth = new VethPair();
        using var harness = new PortHarness();
        veth.Host.Ip("addr add 192.0.2.1/24 dev cali0");
        veth.Pod.Ip("addr add 192.0.2.2/24 dev eth0");
        using var port = veth.OpenXdpPort(harness, isShared: true);
        Assert.Null(port.SetFilter(Filter));
        harness.Receive(port);

        Assert.Contains("3 received", veth.Pod.Exec("ping -c 3 -i 0.1 -W 5 192.0.2.1"));
        Requires.Tool("python3");
        using var server = Shell.Start("ip", "netns", "exec", veth.Host.Name, "/usr/bin/python3", "-c", Conversation.TcpReceiver);
        Assert.Equal("ready", server.StandardOutput.ReadLine());
        var sent = Shell.Run("ip", ["netns", "exec", veth.Pod.Name, "/usr/bin/python3", "-c", Conversation.TcpSender, "192.0.2.1", "5000000"]);

        Assert.Equal(sent, Shell.Finish(server));
        Assert.DoesNotContain(harness.ReceiveAll(port, Second), frame => frame[12] == 0x08 && frame[13] == 0x00);
    }
}
