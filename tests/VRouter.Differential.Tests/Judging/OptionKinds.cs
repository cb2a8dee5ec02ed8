using System.Buffers.Binary;
using VRouter.Core.Wire;

namespace VRouter.Differential.Tests.Judging;

/// <summary>Names the IPv4 options of a header (RFC 791 §3.1).</summary>
internal static class OptionKinds
{
    private const byte End = 0, NoOperation = 1, RecordRoute = 7, Timestamp = 68;

    /// <summary>Where the two times stand that were written last into a timestamp option, as an echo reply has them of one router, in order; fewer where there are not so many.</summary>
    public static List<int> LastTimes(ReadOnlySpan<byte> options)
    {
        foreach (var (start, length) in Whole(options))
        {
            if (options[start] != Timestamp || length < 8 || options[start + 2] > length + 1)
                continue;
            var entry = (options[start + 3] & 15) is 1 or 3 ? 8 : 4;
            var last = start + options[start + 2] - 1 - 4;
            return [.. new[] { last - entry, last }.Where(at => at >= start + 4)];
        }

        return [];
    }

    /// <summary>"odd" if a record of the route or a timestamp has room for more than so many whole entries; else "even".</summary>
    public static string Records(ReadOnlySpan<byte> options)
    {
        foreach (var (start, length) in Whole(options))
        {
            if (options[start] is not (RecordRoute or Timestamp) || length < 4)
                continue;
            var entry = options[start] == Timestamp && (options[start + 3] & 15) is 1 or 3 ? 8 : 4;
            var room = length + 1 - options[start + 2];
            if (room > 0 && room % entry != 0)
                return "odd";
        }

        return "even";
    }

    /// <summary>Whose turn it is in a timestamp option with prespecified addresses; null: nobody's.</summary>
    public static IPv4Address? Prespecified(ReadOnlySpan<byte> options)
    {
        foreach (var (start, length) in Whole(options))
        {
            if (options[start] == Timestamp && length >= 12 && (options[start + 3] & 15) == 3 && options[start + 2] is >= 5 and var pointer && pointer + 7 <= length)
                return new IPv4Address(BinaryPrimitives.ReadUInt32BigEndian(options[(start + pointer - 1)..]));
        }

        return null;
    }

    /// <summary>"none", or the types in order without paddings, such as "7,68"; "malformed" at the end where a length cannot be.</summary>
    public static string Of(ReadOnlySpan<byte> options)
    {
        if (options.IsEmpty)
            return "none";
        var kinds = new List<string>();
        var end = 0;
        foreach (var (start, length) in Whole(options))
        {
            kinds.Add(options[start].ToString());
            end = start + length;
        }

        if (options[end..].TrimStart(NoOperation) is [not End, ..])
            kinds.Add("malformed");
        return kinds.Count == 0 ? "padding" : string.Join(",", kinds);
    }

    // The options that have a length, up to the end of the list or one whose length cannot be.
    private static List<(int Start, int Length)> Whole(ReadOnlySpan<byte> options)
    {
        var found = new List<(int, int)>();
        for (var at = 0; at < options.Length && options[at] != End;)
        {
            if (options[at] == NoOperation)
            {
                at++;
                continue;
            }

            if (at + 1 >= options.Length || options[at + 1] < 2 || at + options[at + 1] > options.Length)
                break;
            found.Add((at, options[at + 1]));
            at += options[at + 1];
        }

        return found;
    }
}
