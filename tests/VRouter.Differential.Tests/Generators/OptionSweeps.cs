using VRouter.Core.Wire;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>IPv4 options, valid and not: records of the route, timestamps, source routes, security, router alert, unknown ones (RFC 791 §3.1, RFC 2113).</summary>
internal static class OptionSweeps
{
    private const byte RecordRoute = 7, Timestamp = 68, LooseSource = 131, StrictSource = 137, Security = 130, StreamId = 136, RouterAlert = 148;

    private static readonly (string Name, byte[] Address)[] Prespecified =
    [
        ("loopback", [127, 0, 0, 1]), ("a group", [224, 0, 0, 1]), ("all", [255, 255, 255, 255]), ("the subnet", [192, 0, 2, 15]), ("the subnet of old", [192, 0, 2, 0]),
        ("class E", [240, 0, 0, 1]), ("the workload", [10, 244, 0, 2]), ("the gateway of workloads", [169, 254, 1, 1]),
    ];

    /// <summary>Records of the route and timestamps of every length, with every pointer, flag, and both ends of the count, on two ways.</summary>
    public static IEnumerable<Case> Exhaustive()
    {
        foreach (var way in (Way[])[Way.Plain[0], Way.OutOfVxlan[0]])
        {
            for (byte length = 2; length <= 40; length++)
            {
                for (byte pointer = 0; pointer <= length + 2; pointer++)
                {
                    yield return Alone(way, [RecordRoute, length, pointer, .. FrameBuilder.Pattern(38)], length);
                    foreach (byte flag in (byte[])[0, 1, 2, 3, 0xf0, 0xf1, 0xf3, 0xe0])
                        yield return Alone(way, [Timestamp, length, pointer, flag, 192, 0, 2, 1, .. FrameBuilder.Pattern(38)], length);
                }
            }
        }
    }

    // The option of its length, and no operation up to the end of the header.
    private static Case Alone(Way way, byte[] option, int length)
    {
        byte[] options = [.. option[..length], .. Enumerable.Repeat((byte)1, (4 - (length % 4)) % 4)];
        return new Packet { Way = way, Options = options, Payload = FrameBuilder.Pattern(8) }.AsCase($"option {options[0]} of {length} at {option[2]} flag {option[3]}");
    }

    /// <summary>All cases of a way.</summary>
    public static IEnumerable<Case> Of(Way way)
    {
        foreach (var (name, options) in Lists())
        {
            foreach (byte ttl in (byte[])[64, 1])
            {
                var packet = new Packet { Way = way, Options = options, Payload = FrameBuilder.Pattern(40), Ttl = ttl };
                yield return packet.AsCase($"{name}, ttl {ttl}");
            }

            yield return new Packet { Way = way, Options = options, Protocol = IpProtocol.Icmp, Payload = FrameBuilder.EchoRequest() }.AsCase($"{name}, echo");
            if (way.Mtu < way.LongestPacket)
            {
                yield return new Packet { Way = way, Options = options, Payload = FrameBuilder.Pattern(way.Mtu + 100) }.AsCase($"{name}, too long");
                yield return new Packet { Way = way, Options = options, Payload = FrameBuilder.Pattern(way.Mtu + 100), Flags = 2 }.AsCase($"{name}, too long with DF");
            }
        }
    }

    private static IEnumerable<(string Name, byte[] Options)> Lists() => Paddings().Concat(Records()).Concat(Timestamps()).Concat(Sources()).Concat(Others());

    private static IEnumerable<(string, byte[])> Paddings()
    {
        yield return ("end of options", [0, 0, 0, 0]);
        yield return ("no operation", [1, 1, 1, 1]);
        yield return ("end of options with bytes behind", [0, 7, 3, 1]);
        yield return ("no operation to the end", [.. Enumerable.Repeat((byte)1, 40)]);
    }

    private static IEnumerable<(string, byte[])> Records()
    {
        foreach (byte length in (byte[])[3, 7, 11, 39])
        {
            foreach (var pointer in (int[])[0, 3, 4, 5, 8, length, length + 1])
                yield return ($"record route of {length} at {pointer}", [RecordRoute, length, (byte)pointer, .. new byte[length - 3], 0]);
        }

        yield return ("record route twice", [RecordRoute, 7, 4, 0, 0, 0, 0, RecordRoute, 7, 4, 0, 0, 0, 0, 0, 0]);
        yield return ("record route of 2", [RecordRoute, 2, 0, 0]);
        yield return ("record route of 1", [RecordRoute, 1, 0, 0]);
        yield return ("record route of 0", [RecordRoute, 0, 0, 0]);
        yield return ("record route beyond the header", [RecordRoute, 8, 4, 0]);
        yield return ("record route without a length", [1, 1, 1, RecordRoute]);
    }

    private static IEnumerable<(string, byte[])> Timestamps()
    {
        for (byte flag = 0; flag < 16; flag++)
        {
            foreach (byte length in (byte[])[4, 8, 12])
            {
                foreach (byte pointer in (byte[])[1, 5, 6, 9, 13])
                    yield return ($"timestamp of {length} at {pointer} flag {flag}", [Timestamp, length, pointer, flag, .. new byte[length - 4]]);
            }
        }

        foreach (byte count in (byte[])[0, 14, 15])
            yield return ($"timestamp full with {count} missed", [Timestamp, 8, 9, (byte)(count << 4), 0, 0, 0, 1]);
        yield return ("timestamp for this router", [Timestamp, 12, 5, 3, 192, 0, 2, 1, 0, 0, 0, 0]);
        yield return ("timestamp for another", [Timestamp, 12, 5, 3, 192, 0, 2, 2, 0, 0, 0, 0]);
        foreach (var (name, address) in Prespecified)
            yield return ($"timestamp for {name}", [Timestamp, 12, 5, 3, .. address, 0, 0, 0, 0]);
        yield return ("timestamp twice", [Timestamp, 8, 5, 0, 0, 0, 0, 0, Timestamp, 8, 5, 0, 0, 0, 0, 0]);
        yield return ("timestamp of 3", [Timestamp, 3, 5, 0]);
    }

    private static IEnumerable<(string, byte[])> Sources()
    {
        foreach (var kind in (byte[])[LooseSource, StrictSource])
        {
            foreach (byte pointer in (byte[])[3, 4, 5, 8])
                yield return ($"source route {kind} at {pointer}", [kind, 7, pointer, 10, 244, 1, 7, 0]);
            yield return ($"source route {kind} of 3", [kind, 3, 4, 0]);
            yield return ($"source route {kind} with two hops", [kind, 11, 4, 10, 244, 1, 7, 10, 244, 1, 8, 0]);
        }

        yield return ("source route, gone, and a malformed record", [LooseSource, 7, 8, 10, 244, 1, 7, RecordRoute, 2, 0, 0, 0]);
        yield return ("both source routes", [LooseSource, 7, 4, 10, 244, 1, 7, StrictSource, 7, 4, 10, 244, 1, 7, 0, 0]);
    }

    private static IEnumerable<(string, byte[])> Others()
    {
        yield return ("security", [Security, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        yield return ("stream identifier", [StreamId, 4, 0, 1]);
        yield return ("router alert", [RouterAlert, 4, 0, 0]);
        yield return ("router alert of 3", [RouterAlert, 3, 0, 0]);
        yield return ("router alert with a value", [RouterAlert, 4, 1, 0]);
        yield return ("CIPSO", [134, 6, 0, 0, 0, 1, 0, 0]);
        for (var kind = 2; kind < 256; kind++)
        {
            yield return ($"option {kind}", [(byte)kind, 4, 0, 0]);
            if (kind % 8 == 0)
            {
                yield return ($"option {kind} of 0", [(byte)kind, 0, 0, 0]);
                yield return ($"option {kind} of 1", [(byte)kind, 1, 0, 0]);
                yield return ($"option {kind} beyond the header", [(byte)kind, 5, 0, 0]);
            }
        }
    }
}
