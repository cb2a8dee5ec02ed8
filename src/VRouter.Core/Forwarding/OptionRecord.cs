using System.Buffers.Binary;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// What a router writes into the options of packets that it forwards and of echo requests that it answers: its address and the time (RFC 791 §3.1, RFC 1812 §4.3.3.6,
/// §5.3.13.5 and §5.3.13.6).
/// </summary>
internal static class OptionRecord
{
    private const int PointerAt = 2, FlagsAt = 3;
    private const int AddressSize = 4, TimeSize = 4;
    private const byte OneMissed = 0x10;

    /// <summary>
    /// Writes into the first record route option and the first timestamp option, zeroes what stands behind the end of the list, and makes the checksum true. A list that
    /// <see cref="OptionCheck"/> refuses is left as it is.
    /// </summary>
    /// <param name="header">The packet's header, with a true checksum.</param>
    /// <param name="address">Of the interface that the packet leaves by (RFC 1812 §4.2.2.2).</param>
    /// <param name="time">As <see cref="Graph.StageContext.OptionTime"/>.</param>
    /// <param name="own">All addresses of the router, for prespecified ones.</param>
    public static void Write(IPv4Header header, IPv4Address address, uint time, AddressSet own)
    {
        if (OptionCheck.Check(header.Options, out _) != Graph.DropReason.None)
            return;
        var changed = false;
        var walk = new IPv4OptionWalk(header.Options);
        while (walk.MoveNext())
        {
            changed |= walk.Type switch
            {
                IPv4OptionType.RecordRoute => Record(walk.Option, address),
                IPv4OptionType.Timestamp => Timestamp(walk.Option, address, time, own),
                _ => false,
            };
        }

        if (walk.Padding.ContainsAnyExcept((byte)0))
        {
            walk.Padding.Clear();
            changed = true;
        }

        if (changed)
            header.UpdateChecksum();
    }

    /// <summary>
    /// The options of an echo reply: record route and timestamp of the request, each as it came, with the router written in as the one that was reached and, where there is
    /// room, as the first on the way back (RFC 1122 §3.2.2.6).
    /// </summary>
    /// <param name="request">Options that <see cref="OptionCheck"/> accepts.</param>
    /// <param name="reply">As long as the request's; its beginning is written.</param>
    /// <param name="address">The address that was asked.</param>
    /// <param name="time">As <see cref="Graph.StageContext.OptionTime"/>.</param>
    /// <param name="own">All addresses of the router.</param>
    /// <returns>Bytes of the reply's options, padding included: a multiple of four.</returns>
    public static int Answer(Span<byte> request, Span<byte> reply, IPv4Address address, uint time, AddressSet own)
    {
        if (OptionCheck.Check(request, out _) != Graph.DropReason.None)
            return 0;
        reply.Clear();
        var length = 0;
        foreach (var type in (ReadOnlySpan<byte>)[IPv4OptionType.RecordRoute, IPv4OptionType.Timestamp])
        {
            var walk = new IPv4OptionWalk(request);
            while (walk.MoveNext())
            {
                if (walk.Type != type)
                    continue;
                var option = reply.Slice(length, walk.Option.Length);
                walk.Option.CopyTo(option);
                length += option.Length;
                for (var place = 0; place < 2 && (place == 0 || HasRoom(option)); place++)
                {
                    if (type == IPv4OptionType.RecordRoute)
                        Record(option, address);
                    else
                        Timestamp(option, address, time, own);
                }
            }
        }

        return (length + 3) & ~3;
    }

    private static bool HasRoom(Span<byte> option)
    {
        var entry = option[0] == IPv4OptionType.Timestamp && (option[FlagsAt] & TimestampFlag.Mask) is TimestampFlag.AddressAndTime or TimestampFlag.Prespecified
            ? AddressSize + TimeSize
            : TimeSize;
        return option[PointerAt] + entry - 1 <= option.Length;
    }

    private static bool Record(Span<byte> option, IPv4Address address)
    {
        if (option[PointerAt] > option.Length)
            return false;
        Append(option, address.Value);
        return true;
    }

    private static bool Timestamp(Span<byte> option, IPv4Address address, uint time, AddressSet own)
    {
        var flag = option[FlagsAt] & TimestampFlag.Mask;
        if (option[PointerAt] > option.Length)
        {
            if (flag == TimestampFlag.Prespecified)
                return false;
            option[FlagsAt] += OneMissed;
            return true;
        }

        switch (flag)
        {
            case TimestampFlag.TimeOnly:
                Append(option, time);
                return true;
            case TimestampFlag.AddressAndTime:
                Append(option, address.Value);
                Append(option, time);
                return true;
            case TimestampFlag.Prespecified when own.Contains(new IPv4Address(BinaryPrimitives.ReadUInt32BigEndian(option[(option[PointerAt] - 1)..]))):
                option[PointerAt] += AddressSize;
                Append(option, time);
                return true;
            default:
                return false;
        }
    }

    private static void Append(Span<byte> option, uint word)
    {
        BinaryPrimitives.WriteUInt32BigEndian(option[(option[PointerAt] - 1)..], word);
        option[PointerAt] += TimeSize;
    }
}
