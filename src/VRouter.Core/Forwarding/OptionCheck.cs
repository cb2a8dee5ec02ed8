using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>Whether a router may go on with a packet that has these options: lengths, pointers, and source routes.</summary>
internal static class OptionCheck
{
    private const int PointerAt = 2, FlagsAt = 3;
    private const int FullOverflow = 15;

    /// <summary>Looks at all options of a header.</summary>
    /// <param name="options">The options, padding included: any bytes.</param>
    /// <param name="problem">If the result causes a Parameter Problem: the byte in the header that it is about (RFC 792).</param>
    /// <returns><see cref="DropReason.None"/>, <see cref="DropReason.IPv4OptionMalformed"/>, <see cref="DropReason.IPv4OptionOverflow"/> or <see cref="DropReason.IPv4SourceRoute"/>.</returns>
    public static DropReason Check(Span<byte> options, out byte problem)
    {
        problem = 0;
        var (hasRecord, hasTimestamp, hasSourceRoute) = (false, false, false);
        var walk = new IPv4OptionWalk(options);
        while (walk.MoveNext())
        {
            var option = walk.Option;
            var reason = DropReason.None;
            var at = 0;
            switch (walk.Type)
            {
                case IPv4OptionType.RecordRoute:
                    reason = hasRecord ? DropReason.IPv4OptionMalformed : Record(option, out at);
                    hasRecord = true;
                    break;
                case IPv4OptionType.Timestamp:
                    reason = hasTimestamp ? DropReason.IPv4OptionMalformed : Timestamp(option, out at);
                    hasTimestamp = true;
                    break;
                case IPv4OptionType.LooseSourceRoute or IPv4OptionType.StrictSourceRoute:
                    // RFC 1812 §5.2.4.1: a packet with two source routes is not forwarded, and the second one is the problem.
                    reason = hasSourceRoute ? DropReason.IPv4OptionMalformed : Length(option, 3, 4, out at);
                    hasSourceRoute = true;
                    break;
                case IPv4OptionType.RouterAlert when option.Length < 4:
                    (reason, at) = (DropReason.IPv4OptionMalformed, 1);
                    break;
                default:
                    break;
            }

            if (reason != DropReason.None)
            {
                problem = (byte)(IPv4Header.MinimumSize + walk.Start + at);
                return reason;
            }
        }

        if (walk.IsMalformed)
        {
            problem = (byte)(IPv4Header.MinimumSize + walk.Start);
            return DropReason.IPv4OptionMalformed;
        }

        return hasSourceRoute ? DropReason.IPv4SourceRoute : DropReason.None;
    }

    // RFC 791 §3.1: some room, but not enough for an address, is an error; none is not.
    private static DropReason Record(ReadOnlySpan<byte> option, out int problem)
    {
        var reason = Length(option, 3, 4, out problem);
        if (reason != DropReason.None || option[PointerAt] > option.Length || HasRoom(option, 4))
            return reason;
        problem = PointerAt;
        return DropReason.IPv4OptionMalformed;
    }

    // RFC 791 §3.1: as a record of the route; that the count of those who found no room is full too is another error. Prespecified addresses are full when all have
    // written.
    private static DropReason Timestamp(ReadOnlySpan<byte> option, out int problem)
    {
        var reason = Length(option, 4, 5, out problem);
        if (reason != DropReason.None)
            return reason;
        var flag = option[FlagsAt] & TimestampFlag.Mask;
        if (option[PointerAt] > option.Length)
        {
            problem = FlagsAt;
            return flag != TimestampFlag.Prespecified && option[FlagsAt] >> 4 == FullOverflow ? DropReason.IPv4OptionOverflow : DropReason.None;
        }

        problem = PointerAt;
        return HasRoom(option, flag is TimestampFlag.AddressAndTime or TimestampFlag.Prespecified ? 8 : 4) ? DropReason.None : DropReason.IPv4OptionMalformed;
    }

    // The pointer counts from 1, which is the option's type.
    private static bool HasRoom(ReadOnlySpan<byte> option, int entry) => option[PointerAt] + entry - 1 <= option.Length;

    private static DropReason Length(ReadOnlySpan<byte> option, int least, int leastPointer, out int problem)
    {
        problem = option.Length < least ? 1 : PointerAt;
        return option.Length < least || option[PointerAt] < leastPointer ? DropReason.IPv4OptionMalformed : DropReason.None;
    }
}
