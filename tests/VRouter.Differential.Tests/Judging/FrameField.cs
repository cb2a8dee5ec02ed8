namespace VRouter.Differential.Tests.Judging;

/// <summary>A named part of a frame.</summary>
/// <param name="Name">Such as "ip.ttl"; inside a tunnel "inner.ip.ttl", in an ICMP error "quote.ip.ttl".</param>
/// <param name="Start">Its first byte in the frame.</param>
/// <param name="Length">Its number of bytes.</param>
/// <param name="Mask">The bits of each byte that belong to it.</param>
internal readonly record struct FrameField(string Name, int Start, int Length, byte Mask = 0xff)
{
    /// <summary>True if two frames hold the same here; what one of them lacks differs.</summary>
    public bool IsEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (var i = Start; i < Start + Length; i++)
        {
            if (i >= left.Length != i >= right.Length || (i < left.Length && ((left[i] ^ right[i]) & Mask) != 0))
                return false;
        }

        return true;
    }
}
