namespace VRouter.Differential.Tests.Judging;

/// <summary>A named part of a frame.</summary>
/// <param name="Name">Such as "ip.ttl"; inside a tunnel "inner.ip.ttl", in an ICMP error "quote.ip.ttl".</param>
/// <param name="Start">Its first byte in the frame.</param>
/// <param name="Length">Its number of bytes.</param>
/// <param name="Mask">The bits of each byte that belong to it.</param>
internal readonly record struct FrameField(string Name, int Start, int Length, byte Mask = 0xff);
