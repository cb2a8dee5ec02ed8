using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>ARP requests of workloads and on the uplink: who is answered, for which addresses (RFC 826, RFC 1027, RFC 5227).</summary>
internal static class ArpSweeps
{
    private static readonly string[] Targets =
    [
        "169.254.1.1", "169.254.1.2", "10.244.0.2", "10.244.0.3", "10.244.0.9", "10.244.1.5", "10.244.2.5", "10.99.0.1", "198.51.100.1", "8.8.8.8", "192.0.2.0", "192.0.2.1",
        "192.0.2.2", "192.0.2.15", "0.0.0.0", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "10.245.0.1",
    ];

    /// <summary>All cases.</summary>
    public static IEnumerable<Case> Cases()
    {
        foreach (var (port, own) in ((int, string)[])[(TwinNetwork.Workload, TwinNetwork.WorkloadAddress), (TwinNetwork.Uplink, TwinNetwork.PlainNode)])
        {
            var mac = TwinNetwork.SenderMac(port).ToString();
            foreach (var target in Targets)
            {
                foreach (var sender in (string[])[own, "0.0.0.0", "10.244.0.3", "9.9.9.9", target])
                {
                    var request = FrameBuilder.Arp(ArpOperation.Request, mac, sender, "00:00:00:00:00:00", target);
                    foreach (var destination in (MacAddress[])[MacAddress.Broadcast, TwinNetwork.RouterMac(port), TwinNetwork.OtherMac])
                    {
                        var frame = FrameBuilder.Ethernet(TwinNetwork.SenderMac(port), destination, EtherType.Arp, request);
                        yield return new Case($"arp for {target} from {sender} to {destination}, {TwinNetwork.PortNames[port]}", port, frame);
                    }
                }
            }

            foreach (var frame in Broken(port, mac, own))
                yield return frame;
        }
    }

    private static IEnumerable<Case> Broken(int port, string mac, string own)
    {
        var request = FrameBuilder.Arp(ArpOperation.Request, mac, own, "00:00:00:00:00:00", port == TwinNetwork.Uplink ? TwinNetwork.NodeAddress : "169.254.1.1");
        var name = TwinNetwork.PortNames[port];
        for (var length = 0; length < request.Length; length++)
            yield return new Case($"arp cut to {length}, {name}", port, FrameBuilder.Ethernet(TwinNetwork.SenderMac(port), MacAddress.Broadcast, EtherType.Arp, request[..length]));
        for (var at = 0; at < 8; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])request.Clone();
                changed[at] ^= (byte)(1 << bit);
                yield return new Case($"arp byte {at} bit {bit}, {name}", port, FrameBuilder.Ethernet(TwinNetwork.SenderMac(port), MacAddress.Broadcast, EtherType.Arp, changed));
            }
        }

        yield return new Case($"arp with padding, {name}", port, FrameBuilder.Ethernet(TwinNetwork.SenderMac(port), MacAddress.Broadcast, EtherType.Arp, [.. request, .. new byte[18]]));
    }
}
