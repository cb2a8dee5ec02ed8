using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VRouter.Differential.Tests.Judging;

/// <summary>Times in timestamp options: milliseconds since midnight UT (RFC 791 §3.1), of two routers that have the same clock but not the same moment.</summary>
internal static class OptionTimes
{
    private const long Day = 86_400_000;

    // A busy machine may let the kernel's answer wait.
    private const long Nearness = 10_000;

    /// <summary>True if two times are of nearly the same moment, midnight between them or not.</summary>
    public static bool AreNear(List<byte> left, List<byte> right)
    {
        var (a, b) = (BinaryPrimitives.ReadUInt32BigEndian(CollectionsMarshal.AsSpan(left)), BinaryPrimitives.ReadUInt32BigEndian(CollectionsMarshal.AsSpan(right)));
        var apart = Math.Abs((long)a - b);
        return a < Day && b < Day && Math.Min(apart, Day - apart) <= Nearness;
    }
}
