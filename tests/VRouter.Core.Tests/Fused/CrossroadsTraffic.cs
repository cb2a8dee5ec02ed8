using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Core.Tests.Fused;

/// <summary>
/// Frames for <see cref="CrossroadsNode"/>: mostly right, often odd in one thing, sometimes broken. Each has its own number in the identification of the packet
/// that is forwarded, so that frames of a flow can be told apart. Random, but the same for the same seed.
/// </summary>
internal sealed class CrossroadsTraffic(int seed)
{
    private static readonly string[] Remote = ["192.168.1.5", "192.168.2.9", "192.168.3.5", "192.168.4.7", "8.8.4.4", "172.16.6.77", "172.16.6.255", "172.16.6.47", "127.0.0.1", "224.0.0.9", "0.0.0.9", "169.254.1.1", "172.16.6.1", "172.16.199.3"];
    private static readonly string[] Local = ["192.168.0.10", "192.168.0.11", "192.168.0.12", "192.168.0.13", "192.168.40.9"];
    private readonly Random random = new(seed);
    private readonly Dictionary<int, byte[]> halves = [];
    private ushort number;

    /// <summary>How much rarer than mostly odd frames are.</summary>
    public int Rarity { get; set; } = 1;

    /// <summary>True once in so many times.</summary>
    public bool Once(int times) => random.Next(times * Rarity) == 0;

    public int Next(int count) => random.Next(count);

    /// <summary>A frame for the port.</summary>
    public byte[] Frame(int port)
    {
        if (Next(3) == 0 && halves.Remove(port, out var half))
            return half;
        var frame = WholeFrame(port);
        return Once(8) && frame.Length > 100 ? Halve(frame, port) : frame;
    }

    // Cuts the outermost packet in two, mostly where both parts are right. The other one comes later by the same port, if nothing else comes between.
    private byte[] Halve(byte[] frame, int port)
    {
        const int CutAt = 48;
        var packet = frame.AsSpan(EthernetHeader.Size);
        if (IPv4Header.Parse(packet, out var header) != DropReason.None || header.IsFragment || header.Payload.Length <= CutAt)
            return frame;
        byte[][] parts = [[.. frame[..EthernetHeader.Size], .. header.Bytes, .. header.Payload[..CutAt]], [.. frame[..EthernetHeader.Size], .. header.Bytes, .. header.Payload[(Once(10) ? 40 : CutAt)..]]];
        for (var i = 0; i < 2; i++)
        {
            var part = IPv4Header.At(parts[i].AsSpan(EthernetHeader.Size));
            part.TotalLength = (ushort)(parts[i].Length - EthernetHeader.Size);
            (part.MoreFragments, part.FragmentOffset) = i == 0 ? (true, 0) : (false, CutAt);
        }

        var now = Next(2);
        halves[port] = parts[1 - now];
        return parts[now];
    }

    private byte[] WholeFrame(int port)
    {
        var isPod = port is CrossroadsNode.StrictPod or CrossroadsNode.LaxPod;
        var source = isPod ? Once(8) ? Pick(Local) : Local[port] : Pick(Remote);
        // Mostly to where frames from there can go, so that most of them are plain.
        var destination = Once(3) ? Pick(CrossroadsNode.Destinations) : isPod ? $"192.168.{random.Next(1, 5)}.5" : Pick(Local[..2]);
        var mac = port switch
        {
            CrossroadsNode.Uplink => CrossroadsNode.UplinkMac,
            CrossroadsNode.SharedUplink => CrossroadsNode.SharedUplinkMac,
            _ => MacAddress.WorkloadGateway,
        };
        var packet = Packet(source, destination);
        if (isPod ? Once(10) : Next(2) == 0)
            packet = Tunnelled(packet, port == CrossroadsNode.SharedUplink && !Once(4) ? CrossroadsNode.SharedNode : CrossroadsNode.Node);
        var frame = FrameBuilder.Ethernet(
            Once(60) ? default : isPod ? CrossroadsNode.PodMac : CrossroadsNode.PeerMac, Once(40) ? MacAddress.Broadcast : mac, Once(60) ? EtherType.IPv6 : EtherType.IPv4, packet);
        if (Once(4))
            frame = [.. frame, .. new byte[random.Next(1, 40)]];
        if (Once(12))
            frame[random.Next(Math.Min(frame.Length, 100))] ^= (byte)(1 << random.Next(8));
        return Once(40) ? frame[..random.Next(frame.Length)] : frame;
    }

    /// <summary>An ARP reply.</summary>
    /// <param name="port">The port that it comes to.</param>
    /// <param name="address">Who answers.</param>
    /// <param name="card">A neighbor on an uplink has a MAC address for each number.</param>
    public static byte[] ArpReply(int port, string address, int card = 0)
    {
        var mac = port switch
        {
            CrossroadsNode.Uplink => CrossroadsNode.UplinkMac,
            CrossroadsNode.SharedUplink => CrossroadsNode.SharedUplinkMac,
            _ => MacAddress.WorkloadGateway,
        };
        // Each neighbor has its own.
        var sender = port == CrossroadsNode.StrictPod
            ? CrossroadsNode.PodMac
            : new MacAddress((CrossroadsNode.PeerMac.Bits & ~0xffffUL) | ((ulong)card << 8) | (IPv4Address.Parse(address).Value & 0xff));
        var arp = FrameBuilder.Arp(ArpOperation.Reply, sender.ToString(), address, mac.ToString(), "0.0.0.0");
        return FrameBuilder.Ethernet(sender, mac, EtherType.Arp, arp);
    }

    private byte[] Packet(string source, string destination)
    {
        byte[] payload = [.. FrameBuilder.Pattern(Once(5) ? random.Next(1480) : random.Next(64))];
        random.NextBytes(payload.AsSpan(0, Math.Min(payload.Length, 4)));
        var protocol = random.Next(8) switch
        {
            0 => IpProtocol.Tcp,
            1 => IpProtocol.Icmp,
            2 => IpProtocol.Sctp,
            3 when Once(4) => IpProtocol.IPv4,
            4 => (byte)random.Next(256),
            _ => IpProtocol.Udp,
        };
        if (protocol == IpProtocol.Udp && payload.Length >= 8 && Once(10))
            (payload[2], payload[3]) = Once(2) ? ((byte)(4789 >> 8), (byte)(4789 & 0xff)) : ((byte)(8472 >> 8), (byte)(8472 & 0xff));
        var packet = FrameBuilder.IPv4(
            source,
            destination,
            protocol,
            payload,
            ttl: Once(10) ? (byte)random.Next(3) : (byte)random.Next(2, 256),
            tosEcn: (byte)random.Next(256),
            identification: number++,
            dontFragment: Next(2) == 0,
            moreFragments: Once(15),
            fragmentOffset: Once(15) ? (Once(2) ? 8191 : random.Next(8192)) * 8 : 0);
        if (Once(25))
            packet = FrameBuilder.WithOptions(packet, [7, 4, 0, 0]);
        if (Once(25))
            MakeChecksum(packet, 0xfeff); // The next router's would be 0xffff, which is written as 0.
        if (Once(25))
            IPv4Header.At(packet).Checksum = (ushort)(Once(2) ? 0xffff : random.Next(0x10000));
        return packet;
    }

    // Chooses the identification so that the checksum is this one.
    private static void MakeChecksum(byte[] packet, ushort checksum)
    {
        var header = IPv4Header.At(packet);
        header.Identification = (ushort)((header.Identification + header.Checksum + 0xffff - checksum) % 0xffff);
    }

    private byte[] Tunnelled(byte[] packet, IPv4Address node)
    {
        var peer = Once(10) ? "172.16.6.99" : Pick(CrossroadsNode.Peers);
        var tosEcn = Once(3) ? (byte)random.Next(256) : (byte)0;
        byte[] outer;
        if (Next(2) == 0)
        {
            outer = FrameBuilder.IPv4(peer, node.ToString(), IpProtocol.IPv4, packet, tosEcn: tosEcn, moreFragments: Once(30));
        }
        else
        {
            var inner = FrameBuilder.Ethernet(
                Once(20) ? CrossroadsNode.Vtep : CrossroadsNode.PeerMac,
                Once(20) ? CrossroadsNode.PodMac : CrossroadsNode.Vtep,
                Once(20) ? EtherType.IPv6 : EtherType.IPv4,
                packet);
            var vxlan = new byte[VxlanHeader.Size + inner.Length];
            inner.CopyTo(vxlan, VxlanHeader.Size);
            VxlanHeader.Write(vxlan, Once(20) ? 4097u : 4096u);
            if (Once(8))
                vxlan[random.Next(8)] ^= (byte)(1 << random.Next(8));
            var udp = FrameBuilder.Udp(peer, node.ToString(), (ushort)random.Next(49152, 65536), Once(20) ? (ushort)53 : (ushort)4789, vxlan);
            if (Next(2) == 0)
                UdpHeader.At(udp).Checksum = 0;
            if (Once(20))
                UdpHeader.At(udp).Length -= (ushort)random.Next(60);
            outer = FrameBuilder.IPv4(peer, node.ToString(), IpProtocol.Udp, udp, tosEcn: tosEcn);
        }

        return Once(30) ? FrameBuilder.WithOptions(outer, [1, 1, 1, 0]) : outer;
    }

    private string Pick(string[] values) => values[random.Next(values.Length)];
}
