using VRouter.Core.Wire;
using VRouter.Differential.Tests.Judging;
using VRouter.Differential.Tests.Network;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>Cases without end: packets with some fields at random, real captures on any way, and bytes changed anywhere. The same for the same seed.</summary>
internal sealed class RandomCases(int seed)
{
    private static readonly byte[] NodeAddress = [192, 0, 2, 1];
    private readonly Random random = new(seed);
    private readonly IReadOnlyList<byte[]> captured = Captures.Packets();
    private long number;

    /// <summary>The cases.</summary>
    public IEnumerable<Case> Cases()
    {
        while (true)
        {
            var (kind, frame) = Once(4) ? ("captured", Captured()) : ("random", Made());
            if (Once(3))
                frame = frame with { Frame = Damaged(frame.Frame) };
            if (!FragmentsToRouter.AreIn([frame]))
                yield return new Case($"{kind} {++number} of seed {seed}", [frame]);
        }
    }

    private bool Once(int times) => random.Next(times) == 0;

    private Way AnyWay() => Way.All[random.Next(Way.All.Count)];

    private PortFrame Made()
    {
        var way = AnyWay();
        var packet = new Packet { Way = way, Source = way.Sources is null ? null : way.SourceFor($"{random.Next()}"), Payload = new byte[Length(way)], Identification = (ushort)random.Next(65536) };
        random.NextBytes(packet.Payload);
        (packet, _) = random.Next(4) switch
        {
            0 => (packet with { Protocol = IpProtocol.Udp, Payload = Payloads.Udp(way, (ushort)random.Next(65536), Math.Min(packet.Payload.Length, 1400)) }, 0),
            1 => (packet with { Protocol = IpProtocol.Tcp, Payload = Payloads.Tcp(way, (byte)random.Next(64), Math.Min(packet.Payload.Length, 1400)) }, 0),
            2 => (packet with { Protocol = IpProtocol.Icmp, Payload = FrameBuilder.EchoRequest(length: packet.Payload.Length) }, 0),
            _ => (packet, 0),
        };
        for (var changes = random.Next(4); changes > 0; changes--)
            packet = Changed(packet);
        return packet.Build();
    }

    private int Length(Way way) => random.Next(6) switch
    {
        0 => Math.Max(0, way.Mtu - 20 + random.Next(-10, 12)),
        1 => random.Next(way.LongestPacket - 60),
        _ => random.Next(100),
    };

    private Packet Changed(Packet packet) => random.Next(14) switch
    {
        0 => packet with { TosEcn = (byte)random.Next(256), OuterTosEcn = (byte)random.Next(256) },
        1 => packet with { Ttl = (byte)(Once(2) ? random.Next(3) : random.Next(256)) },
        2 => packet with { Flags = (byte)random.Next(8) },
        3 => packet with { Offset = (ushort)random.Next(8192) },
        4 => packet with { Protocol = (byte)random.Next(256) },
        5 => packet with { TotalLength = (ushort)random.Next(Once(2) ? 65536 : 100) },
        6 => packet with { Options = Options() },
        7 => packet with { Trailer = new byte[random.Next(60)] },
        8 => packet with { Source = Address() },
        9 => packet with { Destination = Address() },
        10 => packet with { EthernetDestination = Mac() },
        11 => packet with { EthernetSource = Mac() },
        12 => packet with { HeaderLength = (byte)random.Next(16) },
        _ => packet with { Flags = 2 },
    };

    private byte[] Options() => Once(2) ? AnyOptions() : KnownOptions();

    // Options that a router knows, one behind the other, mostly well-formed.
    private byte[] KnownOptions()
    {
        var options = new byte[random.Next(1, 11) * 4];
        for (var at = 0; at < options.Length - 3;)
        {
            byte[] kinds = [1, 7, 7, 68, 68, 148, 131, 130];
            options[at] = kinds[random.Next(kinds.Length)];
            if (options[at] == 1)
            {
                at++;
                continue;
            }

            var length = Once(20) ? random.Next(256) : options[at] == 148 ? 4 : random.Next(3, Math.Min(options.Length - at, 16) + 1);
            (options[at + 1], options[at + 2]) = ((byte)length, (byte)(Once(20) ? random.Next(256) : options[at] == 148 ? 0 : random.Next(1, 10) * 4));
            if (options[at] == 68)
            {
                options[at + 2] |= 1;
                options[at + 3] = (byte)(random.Next(4) | (Once(3) ? 0xe0 + (random.Next(2) << 4) : 0));
                if (Once(2) && at + 8 <= options.Length)
                    NodeAddress.CopyTo(options, at + 4);
            }

            at += Math.Max(length, 1);
            if (Once(4))
                break;
        }

        return options;
    }

    private byte[] AnyOptions()
    {
        var options = new byte[random.Next(1, 11) * 4];
        random.NextBytes(options);
        byte[] kinds = [0, 1, 7, 68, 131, 137, 148, 130];
        options[0] = kinds[random.Next(kinds.Length)];
        if (options.Length > 2 && Once(2))
            (options[1], options[2]) = ((byte)random.Next(options.Length + 2), (byte)random.Next(options.Length + 2));
        return options;
    }

    private IPv4Address Address() => Once(3)
        ? new IPv4Address((uint)random.NextInt64(1L << 32))
        : IPv4Address.Parse($"{(Once(2) ? "10.244" : "192.0")}.{random.Next(4)}.{random.Next(20)}");

    private MacAddress Mac()
    {
        MacAddress[] all = [MacAddress.Broadcast, TwinNetwork.UplinkMac, TwinNetwork.WorkloadRouterMac, TwinNetwork.Vtep, TwinNetwork.PeerVtep, new((ulong)random.NextInt64(1L << 48))];
        return all[random.Next(all.Length)];
    }

    // A captured packet, between a way's addresses.
    private PortFrame Captured()
    {
        var way = AnyWay();
        var packet = captured[random.Next(captured.Count)];
        var payload = packet[((packet[0] & 0xf) * 4)..];
        return new Packet
        {
            Way = way, Protocol = packet[9], TosEcn = packet[1], Flags = (byte)(packet[6] >> 5), Ttl = packet[8], Identification = (ushort)((packet[4] << 8) | packet[5]),
            Source = way.Sources is null ? null : way.SourceFor($"{random.Next()}"), Payload = payload.Length + 20 <= way.LongestPacket ? payload : payload[..600],
        }.Build();
    }

    private byte[] Damaged(byte[] frame)
    {
        var damaged = (byte[])frame.Clone();
        switch (random.Next(5))
        {
            case 0:
                return damaged[..random.Next(14, damaged.Length + 1)];
            case 1:
                return [.. damaged, .. new byte[random.Next(1, 40)]];
            default:
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                    damaged[random.Next(Math.Min(damaged.Length, 130))] = (byte)random.Next(256);
                // Most damage would end at the header's checksum.
                if (Once(2))
                    MakeTrue(damaged);
                return damaged;
        }
    }

    private static void MakeTrue(byte[] frame)
    {
        if (frame.Length >= EthernetHeader.Size + IPv4Header.MinimumSize && IPv4Header.ParseQuoted(frame.AsSpan(EthernetHeader.Size), out var header) == Core.Graph.DropReason.None)
            header.UpdateChecksum();
    }
}
