using System.Buffers.Binary;

namespace VRouter.TestKit.Properties;

/// <summary>
/// What a router makes of the options of a packet that it forwards (RFC 791 §3.1, RFC 1812 §5.2.4 and §5.3.13), found by taking the list apart into a list of options, without
/// the router's own walk.
/// </summary>
public static class NaiveOptions
{
    /// <summary>The packet is source-routed, which is no error, but dropped.</summary>
    public const int SourceRouted = -2;

    /// <summary>Nothing is wrong.</summary>
    public const int Fine = -1;

    /// <summary>The byte of the header that a Parameter Problem points at, <see cref="SourceRouted"/> or <see cref="Fine"/>.</summary>
    public static int Problem(byte[] options)
    {
        var seen = new HashSet<byte>();
        foreach (var (start, option) in Split(options))
        {
            var at = 20 + start;
            if (option.Length == 0)
                return at;
            var isSource = option[0] is 131 or 137;
            if (option[0] is not (7 or 68 or 131 or 137 or 148))
                continue;
            if (option[0] == 148)
            {
                if (option.Length < 4)
                    return at + 1;
                continue;
            }

            if (!seen.Add(isSource ? (byte)131 : option[0]))
                return at;
            var head = option[0] == 68 ? 4 : 3;
            if (option.Length < head)
                return at + 1;
            if (option[2] < head + 1)
                return at + 2;
            if (isSource)
                continue;
            var flag = option[0] == 68 ? option[3] % 16 : 0;
            var room = option.Length - option[2] + 1;
            var entry = flag is 1 or 3 ? 8 : 4;
            if (room > 0 && room < entry)
                return at + 2;
            if (room <= 0 && option[0] == 68 && flag != 3 && option[3] / 16 == 15)
                return at + 3;
        }

        return seen.Contains(131) ? SourceRouted : Fine;
    }

    /// <summary>The options that leave the router, of a list without a problem.</summary>
    /// <param name="options">The options that came.</param>
    /// <param name="address">The router's address.</param>
    /// <param name="time">What it writes for the time.</param>
    public static byte[] Forwarded(byte[] options, uint address, uint time)
    {
        var left = new List<byte>();
        foreach (var (start, option) in Split(options))
        {
            while (left.Count < start)
                left.Add(1);
            left.AddRange(option[0] switch { 7 => Recorded(option, address), 68 => Stamped(option, address, time), _ => option });
        }

        // What stands between the last option and the end is no operation, as far as the end of the list, and padding behind it.
        for (var isOver = false; left.Count < options.Length;)
        {
            isOver |= options[left.Count] == 0;
            left.Add(isOver ? (byte)0 : (byte)1);
        }

        return [.. left];
    }

    /// <summary>The options that later fragments have.</summary>
    public static byte[] Copied(byte[] options)
    {
        List<byte> copied = [.. Split(options).TakeWhile(part => part.Option.Length > 0).Where(part => part.Option[0] >= 128).SelectMany(part => part.Option)];
        return [.. copied, .. new byte[(4 - (copied.Count % 4)) % 4]];
    }

    private static byte[] Recorded(byte[] option, uint address) =>
        option[2] > option.Length ? option : [7, option[1], (byte)(option[2] + 4), .. Put(option[3..], option[2] - 4, Word(address))];

    private static byte[] Stamped(byte[] option, uint address, uint time)
    {
        var (pointer, flag) = (option[2], option[3] % 16);
        if (pointer > option.Length)
            return flag == 3 ? option : [68, option[1], pointer, (byte)(option[3] + 16), .. option[4..]];
        var place = pointer - 5;
        return flag switch
        {
            0 => [68, option[1], (byte)(pointer + 4), option[3], .. Put(option[4..], place, Word(time))],
            1 => [68, option[1], (byte)(pointer + 8), option[3], .. Put(option[4..], place, [.. Word(address), .. Word(time)])],
            3 when option.AsSpan(pointer - 1, 4).SequenceEqual(Word(address)) => [68, option[1], (byte)(pointer + 8), option[3], .. Put(option[4..], place + 4, Word(time))],
            _ => option,
        };
    }

    private static byte[] Put(byte[] data, int at, byte[] value) => [.. data[..at], .. value, .. data[(at + value.Length)..]];

    private static byte[] Word(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    // Options that have a length, with their places; an empty one at the end where a length cannot be.
    private static List<(int Start, byte[] Option)> Split(byte[] options)
    {
        var parts = new List<(int, byte[])>();
        for (var at = 0; at < options.Length && options[at] != 0;)
        {
            if (options[at] == 1)
            {
                at++;
                continue;
            }

            var length = at + 1 < options.Length ? options[at + 1] : 0;
            if (length < 2 || at + length > options.Length)
            {
                parts.Add((at, []));
                break;
            }

            parts.Add((at, options[at..(at + length)]));
            at += length;
        }

        return parts;
    }
}
