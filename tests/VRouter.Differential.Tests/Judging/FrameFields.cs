using VRouter.Core.Wire;

namespace VRouter.Differential.Tests.Judging;

/// <summary>Takes a frame apart into named fields, so that a difference has a name. It believes lengths only as far as there are bytes.</summary>
internal static class FrameFields
{
    /// <summary>The last part of the name of a time in an option.</summary>
    public const string Time = "time";

    private const ushort VxlanPort = 4789;
    private const int TimeSize = 4;
    private const int MostNesting = 4;

    /// <summary>The fields of a frame, in order, without gaps.</summary>
    public static List<FrameField> Of(ReadOnlySpan<byte> frame)
    {
        var fields = new List<FrameField>();
        Ethernet("", frame, 0, fields, 0);
        return fields;
    }

    /// <summary>
    /// The names of the fields in which two frames differ, wherever they stand, so that options more or less move nothing; what one of them lacks differs. "size" if one is
    /// longer.
    /// </summary>
    public static SortedSet<string> Differences(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (left.Length != right.Length)
            names.Add("size");
        var (ours, others) = (Values(left), Values(right));
        foreach (var name in ours.Keys.Union(others.Keys))
        {
            if (!ours.TryGetValue(name, out var own) || !others.TryGetValue(name, out var other) || !own.SequenceEqual(other))
                names.Add(name);
        }

        return names;
    }

    /// <summary>What stands in a frame's fields, without the bits of others.</summary>
    public static Dictionary<string, List<byte>> Values(ReadOnlySpan<byte> frame)
    {
        var values = new Dictionary<string, List<byte>>();
        foreach (var field in Of(frame))
        {
            if (!values.TryGetValue(field.Name, out var value))
                values[field.Name] = value = [];
            for (var at = field.Start; at < Math.Min(field.Start + field.Length, frame.Length); at++)
                value.Add((byte)(frame[at] & field.Mask));
        }

        return values;
    }

    private static void Ethernet(string prefix, ReadOnlySpan<byte> frame, int start, List<FrameField> fields, int depth)
    {
        if (frame.Length - start < EthernetHeader.Size)
        {
            Rest($"{prefix}eth", frame, start, fields);
            return;
        }

        fields.Add(new($"{prefix}eth.dst", start, 6));
        fields.Add(new($"{prefix}eth.src", start + 6, 6));
        fields.Add(new($"{prefix}eth.type", start + 12, 2));
        if (Word(frame, start + 12) == EtherType.IPv4)
            IPv4(prefix, frame, start + EthernetHeader.Size, fields, depth);
        else
            Rest($"{prefix}eth.payload", frame, start + EthernetHeader.Size, fields);
    }

    private static void IPv4(string prefix, ReadOnlySpan<byte> frame, int start, List<FrameField> fields, int depth)
    {
        if (frame.Length - start < IPv4Header.MinimumSize || depth > MostNesting)
        {
            Rest($"{prefix}ip", frame, start, fields);
            return;
        }

        var name = $"{prefix}ip.";
        fields.AddRange(
        [
            new(name + "version", start, 1), new(name + "dscp", start + 1, 1, 0xfc), new(name + "ecn", start + 1, 1, 0x03), new(name + "length", start + 2, 2),
            new(name + "id", start + 4, 2), new(name + "reserved", start + 6, 1, 0x80), new(name + "df", start + 6, 1, 0x40), new(name + "mf", start + 6, 1, 0x20),
            new(name + "offset", start + 6, 1, 0x1f), new(name + "offset", start + 7, 1), new(name + "ttl", start + 8, 1), new(name + "proto", start + 9, 1),
            new(name + "checksum", start + 10, 2), new(name + "src", start + 12, 4), new(name + "dst", start + 16, 4),
        ]);
        var header = Math.Max(IPv4Header.MinimumSize, (frame[start] & 0xf) * 4);
        if (header > IPv4Header.MinimumSize)
            Options(name, frame, start + IPv4Header.MinimumSize, header - IPv4Header.MinimumSize, fields);
        var payload = start + header;
        var isLater = (Word(frame, start + 6) & 0x1fff) != 0;
        switch (frame[start + 9])
        {
            case IpProtocol.Icmp when !isLater && frame.Length - payload >= IcmpHeader.Size:
                Icmp(prefix, frame, payload, fields, depth);
                break;
            case IpProtocol.Udp when !isLater && frame.Length - payload >= UdpHeader.Size:
                Udp(prefix, frame, payload, fields, depth);
                break;
            case IpProtocol.IPv4 when !isLater:
                IPv4(prefix + "inner.", frame, payload, fields, depth + 1);
                break;
            default:
                Rest($"{prefix}payload", frame, payload, fields);
                break;
        }
    }

    // The times that were written last into a timestamp option are a field of their own.
    private static void Options(string name, ReadOnlySpan<byte> frame, int start, int length, List<FrameField> fields)
    {
        var done = 0;
        foreach (var time in start < frame.Length ? OptionKinds.LastTimes(frame.Slice(start, Math.Min(length, frame.Length - start))) : [])
        {
            fields.Add(new(name + "options", start + done, time - done));
            fields.Add(new(name + Time, start + time, TimeSize));
            done = time + TimeSize;
        }

        fields.Add(new(name + "options", start + done, length - done));
    }

    private static void Icmp(string prefix, ReadOnlySpan<byte> frame, int start, List<FrameField> fields, int depth)
    {
        fields.AddRange(
        [
            new(prefix + "icmp.type", start, 1), new(prefix + "icmp.code", start + 1, 1), new(prefix + "icmp.checksum", start + 2, 2),
            new(prefix + "icmp.rest", start + 4, 4),
        ]);
        if (IcmpType.IsError(frame[start]))
            IPv4(prefix + "quote.", frame, start + IcmpHeader.Size, fields, depth + 1);
        else
            Rest(prefix + "payload", frame, start + IcmpHeader.Size, fields);
    }

    private static void Udp(string prefix, ReadOnlySpan<byte> frame, int start, List<FrameField> fields, int depth)
    {
        fields.AddRange(
        [
            new(prefix + "udp.sport", start, 2), new(prefix + "udp.dport", start + 2, 2), new(prefix + "udp.length", start + 4, 2),
            new(prefix + "udp.checksum", start + 6, 2),
        ]);
        if (Word(frame, start + 2) != VxlanPort || frame.Length - start < UdpHeader.Size + VxlanHeader.Size)
        {
            Rest(prefix + "payload", frame, start + UdpHeader.Size, fields);
            return;
        }

        fields.AddRange(
        [
            new(prefix + "vxlan.flags", start + 8, 1), new(prefix + "vxlan.reserved", start + 9, 3), new(prefix + "vxlan.vni", start + 12, 3),
            new(prefix + "vxlan.reserved2", start + 15, 1),
        ]);
        Ethernet(prefix + "inner.", frame, start + UdpHeader.Size + VxlanHeader.Size, fields, depth + 1);
    }

    private static void Rest(string name, ReadOnlySpan<byte> frame, int start, List<FrameField> fields)
    {
        if (start < frame.Length)
            fields.Add(new(name, start, frame.Length - start));
    }

    private static int Word(ReadOnlySpan<byte> frame, int at) => (frame[at] << 8) | frame[at + 1];
}
