using VRouter.Core.Wire;
using VRouter.Host.Routing;
using VRouter.Io.Offload;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// Whether each frame that a router sent left by the port, and into the tunnel, that the routes say, and whether a received frame accounts for it: a naive router,
/// which looks at the list of routes and compares bytes.
/// </summary>
internal sealed class RouteCheck
{
    private const int MostDepth = 4;

    private readonly List<FuzzNetwork> networks = [];
    private readonly HashSet<int> l4Ports = [];
    private readonly Dictionary<(uint, uint, byte, int), List<SeenPacket>> seen = [];
    private readonly SeenFragments fragments = new();
    private readonly HashSet<(int Port, uint Target)> asked = [];

    /// <summary>Checks all frames of a run.</summary>
    /// <exception cref="FindingException">One is wrong.</exception>
    public static void Check(FuzzNetwork network, IReadOnlyList<RouterInput> inputs, RouterOutcome outcome)
    {
        var check = new RouteCheck();
        check.Take(network);
        var taken = 0;
        foreach (var frame in outcome.Sent)
        {
            // What was received up to that pass.
            for (; taken < inputs.Count && taken <= frame.Input; taken++)
                check.Take(inputs[taken]);
            var port = network.Ports[frame.Port];
            WireCheck.Check(frame.Bytes, port, check.networks);
            if (frame.Segment is not null)
                WireCheck.CheckSegment(frame.Bytes, check.networks);
            check.CheckSent(frame.Bytes, frame.Port);
        }
    }

    private void Take(FuzzNetwork network)
    {
        networks.Add(network);
        l4Ports.Add(network.L4Port);
    }

    private void Take(RouterInput input)
    {
        if (input.Network is { } network)
            Take(network);
        if (input.Frame is not { } frame)
            return;
        if (input.Offload is { } offload)
        {
            Take(frame, offload, input.Port);
            return;
        }

        if (frame.Length >= 42 && SlowWire.U16(frame, 12) == 0x0806)
            asked.Add((input.Port, SlowWire.U32(frame, 38)));
        Take(frame, input.Port);
    }

    private void Take(byte[] frame, VirtioNetHeader offload, int port)
    {
        // What fragments of one datagram become when they are put together is known; trying all ways that they fit takes too long where there are many.
        var isFragmented = offload.GsoType == VirtioNetHeader.GsoUdpFragments;
        foreach (var segment in new SuperFrameIntake(frame, offload).Segments())
        {
            foreach (var packet in SeenPacket.In(segment, port, l4Ports))
                Take(packet, isFragmented ? MostDepth : 0);
        }

        if (isFragmented)
            Take(frame, port);
    }

    private void Take(byte[] frame, int port)
    {
        foreach (var packet in SeenPacket.In(frame, port, l4Ports))
            Take(packet, depth: 0);
    }

    private void Take(SeenPacket packet, int depth)
    {
        var key = SeenPacket.KeyOf(packet.Bytes);
        if (!seen.TryGetValue(key, out var packets))
            seen.Add(key, packets = []);
        packets.Add(packet);
        if (depth == MostDepth)
            return;
        foreach (var whole in fragments.Take(packet))
        {
            foreach (var inner in SeenPacket.In(whole.Bytes, 0, whole.Port, whole.Outer, l4Ports))
                Take(inner, depth + 1);
        }
    }

    private void CheckSent(byte[] frame, int port)
    {
        if (SlowWire.U16(frame, 12) == 0x0806)
        {
            var isReply = SlowWire.U16(frame, 20) == 2;
            Demand(!isReply || asked.Contains((port, SlowWire.U32(frame, 28))), "an ARP reply that nobody asked for");
            return;
        }

        var packet = frame.AsSpan(14);
        Demand(IsOnItsWay(packet, port), $"a packet to {new IPv4Address(SlowWire.U32(packet, 16))} left by port '{networks[0].Ports[port].Name}', and no route says so");
        foreach (var network in networks)
        {
            if (WireCheck.IsOuter(packet, network, out var innerAt))
            {
                CheckOrigin(packet[innerAt..]);
                return;
            }
        }

        CheckOrigin(packet);
    }

    private bool IsOnItsWay(ReadOnlySpan<byte> packet, int port)
    {
        foreach (var network in networks)
        {
            var isTunnelled = WireCheck.IsOuter(packet, network, out var innerAt);
            var destination = new IPv4Address(SlowWire.U32(packet, isTunnelled ? innerAt + 16 : 16));
            var wanted = isTunnelled ? innerAt == 20 ? Encapsulation.Ipip : Encapsulation.Vxlan : Encapsulation.None;
            var outer = new IPv4Address(SlowWire.U32(packet, 16));
            // Ports stay those of the first network.
            var name = networks[0].Ports[port].Name;
            var isRight = network.Routes.Lookup(destination)?.Target switch
            {
                RouteTarget.Workload workload => !isTunnelled && workload.Interface == name,
                RouteTarget.Connected connected => !isTunnelled && connected.Interface == name,
                RouteTarget.Via via => port == 0 && via.NextHops.Any(hop => hop.Encapsulation == wanted && (!isTunnelled || hop.Address == outer)),
                _ => false,
            };
            if (isRight)
                return true;
        }

        return false;
    }

    // The packet, out of the router's own tunnel, is one that came in, a hop further, or one that the router itself made of one that came in.
    private void CheckOrigin(ReadOnlySpan<byte> packet)
    {
        // Where many have the same identification, it is one of the last.
        var candidates = seen.GetValueOrDefault(SeenPacket.KeyOf(packet)) ?? [];
        var isKnown = false;
        for (var index = candidates.Count - 1; index >= 0 && !isKnown; index--)
            isKnown = IsNextHopOf(candidates[index].Bytes, packet) && MayEnter(candidates[index]);
        if (!isKnown && IsOwn(SlowWire.U32(packet, 12)))
            CheckOwn(packet);
        else
            Demand(isKnown, $"a packet from {new IPv4Address(SlowWire.U32(packet, 12))} left that no received one accounts for");
    }

    private static bool IsNextHopOf(byte[] before, ReadOnlySpan<byte> after)
    {
        var (headerBefore, headerAfter) = ((before[0] & 0xf) * 4, (after[0] & 0xf) * 4);
        var skipped = ((SlowWire.U16(after, 6) & 0x1fff) - (SlowWire.U16(before, 6) & 0x1fff)) * 8;
        var payloadBefore = before.AsSpan(headerBefore);
        var payloadAfter = after[headerAfter..];
        return before[8] == after[8] + 1 && skipped >= 0 && skipped + payloadAfter.Length <= payloadBefore.Length
            && payloadBefore.Slice(skipped, payloadAfter.Length).SequenceEqual(payloadAfter);
    }

    private bool MayEnter(SeenPacket packet)
    {
        if (packet.Outer is { } outer)
        {
            var peer = new IPv4Address(SlowWire.U32(outer.Bytes, 12));
            return packet.Port == 0 && IsLocal(SlowWire.U32(outer.Bytes, 16)) && networks.Any(network => network.View.Peers.Any(node => node.Address!.Value.Address == peer));
        }

        var source = new IPv4Address(SlowWire.U32(packet.Bytes, 12));
        var name = networks[0].Ports[packet.Port].Name;
        // An address may have been the router's own before a change, or after it.
        return packet.Port == 0 ? networks.Any(network => network.Routes.Lookup(source)?.Target is not RouteTarget.Local) : networks.Any(network => network.View.Endpoints.Any(endpoint => endpoint.InterfaceName == name
            && (endpoint.Addresses.Contains(source) || endpoint.AllowedSpoofedSources.Any(prefix => prefix.Contains(source)))));
    }

    // RFC 1812 §4.3.2: an error quotes what caused it, and never another error.
    private void CheckOwn(ReadOnlySpan<byte> packet)
    {
        var header = (packet[0] & 0xf) * 4;
        Demand(packet[9] == 1, $"the router made a packet of protocol {packet[9]}");
        // Where the way is narrow, an error itself leaves in fragments.
        if ((SlowWire.U16(packet, 6) & 0x1fff) != 0)
            return;
        Demand(packet.Length >= header + 8, "the router made an ICMP message of less than 8 bytes");
        var message = packet[header..];
        Demand((SlowWire.U16(packet, 6) & 0x3fff) != 0 || SlowWire.Sum(message) == 0xffff, "the checksum of an ICMP message of the router is wrong");
        var destination = SlowWire.U32(packet, 16);
        if (message[0] == 0)
        {
            Demand(seen.Keys.Any(key => key.Item1 == destination && key.Item3 == 1), "an echo reply that nobody asked for");
            return;
        }

        Demand(message[0] is 3 or 11 or 12, $"the router made an ICMP message of type {message[0]}");
        var quote = message[8..];
        Demand(quote.Length >= 20, "an ICMP error quotes less than a header");
        var quoted = seen.GetValueOrDefault(SeenPacket.KeyOf(quote));
        Demand(quoted is not null || IsOfTunnel(quote), "an ICMP error quotes a packet that never came");
        var length = quote.Length;
        Demand(length >= 28 || quoted?.Any(item => item.Bytes.Length == length) == true, "an ICMP error quotes less than a header and 8 bytes of a longer packet");
        Demand(SlowWire.U32(quote, 12) == destination, "an ICMP error goes to another address than the quoted packet's source");
        Demand((SlowWire.U16(quote, 6) & 0x1fff) == 0, "an ICMP error is about a later fragment");
        var quotedHeader = (quote[0] & 0xf) * 4;
        var isAboutError = quote[9] == 1 && quote.Length > quotedHeader && quote[quotedHeader] is 3 or 4 or 5 or 11 or 12;
        Demand(!isAboutError, "an ICMP error is about an ICMP error");
        Demand(message[0] != 3 || message[1] != 4 || SlowWire.U16(message, 6) >= 68, $"an ICMP error tells an MTU of {SlowWire.U16(message, 6)}");
    }

    // What an error about a tunnel packet quoted comes from that error, which is a packet that came in with the quote in it.
    private bool IsOfTunnel(ReadOnlySpan<byte> quote)
    {
        var addresses = quote.Slice(12, 8);
        foreach (var packet in seen.Values.SelectMany(list => list))
        {
            if (packet.Bytes[9] == 1 && packet.Bytes.AsSpan().IndexOf(addresses) >= 0)
                return true;
        }

        return false;
    }

    // Workloads may ask their gateway too.
    private bool IsOwn(uint address) => address == IPv4Address.WorkloadGateway.Value || IsLocal(address);

    private bool IsLocal(uint address) => networks.Any(network => network.Routes.Lookup(new IPv4Address(address))?.Target is RouteTarget.Local);

    private static void Demand(bool isTrue, string otherwise)
    {
        if (!isTrue)
            throw new FindingException(Oracles.Route, otherwise);
    }
}
