using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VRouter.Differential.Tests.Judging;

/// <summary>Times in timestamp options: milliseconds since midnight UT (RFC 791 §3.1), of two routers that have the same clock but not the same moment.</summary>
internal static class OptionTimes
{
    private const long Day = 86_400_000;

    // A busy machine may let the kernel's answer wait.
    private const long Nearness = 10_000;

    /// <summary>True if times, as many in both, are of nearly the same moment or the same, midnight between them or not.</summary>
    public static bool AreNear(List<byte> left, List<byte> right)
    {
        if (left.Count != right.Count)
            return false;
        for (var at = 0; at < left.Count; at += sizeof(uint))
        {
            var (a, b) = (BinaryPrimitives.ReadUInt32BigEndian(CollectionsMarshal.AsSpan(left)[at..]), BinaryPrimitives.ReadUInt32BigEndian(CollectionsMarshal.AsSpan(right)[at..]));
            var apart = Math.Abs((long)a - b);
            if (a != b && !(a < Day && b < Day && Math.Min(apart, Day - apart) <= Nearness))
                return false;
        }

        return true;
    }
}
