using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>Addresses of every kind, as source and destination and in the Ethernet header: martians, broadcast, multicast, the router's own, others' (RFC 1812 §5.3.7).</summary>
internal static class AddressSweeps
{
    private static readonly string[] Addresses =
    [
        "0.0.0.0", "0.0.0.1", "0.255.255.255", "1.0.0.1", "10.0.0.1", "10.99.0.1", "10.244.0.0", "10.244.0.1", "10.244.0.2", "10.244.0.3", "10.244.0.63", "10.244.1.1",
        "10.244.2.1", "10.244.2.2", "10.244.3.1", "127.0.0.0", "127.0.0.1", "127.255.255.255", "128.0.0.1", "169.253.255.255", "169.254.0.0", "169.254.1.1", "169.254.255.255",
        "169.255.0.0", "172.16.0.1", "192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.14", "192.0.2.15", "192.0.2.16", "192.168.1.1", "198.18.0.1", "198.51.100.1",
        "223.255.255.255", "224.0.0.1", "224.0.0.251", "239.255.255.255", "240.0.0.1", "255.255.255.254", "255.255.255.255",
    ];

    private static readonly MacAddress[] Macs =
    [
        MacAddress.Broadcast, MacAddress.Parse("01:00:5e:00:00:01"), MacAddress.Parse("01:80:c2:00:00:00"), MacAddress.Parse("33:33:00:00:00:01"),
        MacAddress.Parse("00:00:00:00:00:00"), TwinNetwork.UplinkMac, TwinNetwork.WorkloadRouterMac, TwinNetwork.WorkloadMac, TwinNetwork.Vtep, TwinNetwork.PeerVtep,
        MacAddress.Parse("02:00:5e:00:00:02"),
    ];

    /// <summary>All pairs of addresses on all ports, with a protocol that nobody speaks, UDP and an echo request.</summary>
    public static IEnumerable<Case> Pairs()
    {
        foreach (var way in (Way[])[Way.Plain[0], Way.Plain[4], Way.Plain[9], Way.OutOfVxlan[0]])
        {
            foreach (var source in Addresses.Append(way.From).Distinct())
            {
                foreach (var destination in Addresses)
                {
                    var (from, to) = (IPv4Address.Parse(source), IPv4Address.Parse(destination));
                    var packet = new Packet { Way = way, Source = from, Destination = to, Payload = FrameBuilder.Pattern(32) };
                    yield return packet.AsCase($"{source} to {destination}");
                    yield return (packet with { Ttl = 1 }).AsCase($"{source} to {destination} ttl 1");
                    yield return (packet with { Protocol = IpProtocol.Icmp, Payload = FrameBuilder.EchoRequest() }).AsCase($"echo {source} to {destination}");
                }
            }
        }
    }

    /// <summary>Ethernet addresses and types of a way.</summary>
    public static IEnumerable<Case> Ethernet(Way way)
    {
        var plain = new Packet { Way = way, Payload = FrameBuilder.Pattern(32) };
        var echo = plain with { Protocol = IpProtocol.Icmp, Payload = FrameBuilder.EchoRequest() };
        foreach (var mac in Macs)
        {
            foreach (var packet in (Packet[])[plain, echo, plain with { Ttl = 1 }, plain with { Protocol = IpProtocol.Udp, Payload = Payloads.Udp(way) }])
            {
                yield return (packet with { EthernetDestination = mac }).AsCase($"to {mac}, protocol {packet.Protocol} ttl {packet.Ttl}");
                yield return (packet with { EthernetSource = mac }).AsCase($"from {mac}, protocol {packet.Protocol} ttl {packet.Ttl}");
            }

            foreach (var to in (string[])["255.255.255.255", TwinNetwork.SubnetBroadcast, TwinNetwork.SubnetAddress, "224.0.0.1"])
                yield return (echo with { EthernetDestination = mac, Destination = IPv4Address.Parse(to) }).AsCase($"to {mac} and {to}");
        }

        foreach (ushort type in (ushort[])[0, 46, 0x5dc, 0x600, 0x800, 0x801, 0x806, 0x8100, 0x86dd, 0x8847, 0x88a8, 0x88cc, 0xffff])
            yield return (plain with { EthernetType = type }).AsCase($"type {type:x4}");
    }
}
