using VRouter.Core.Wire;

namespace VRouter.Core.Reassembly;

/// <summary>Which bytes of its datagram's payload a fragment carries.</summary>
internal readonly struct FragmentRange
{
    /// <summary>Reads a fragment's header.</summary>
    public FragmentRange(IPv4Header header)
    {
        Start = header.FragmentOffset;
        Length = header.TotalLength - header.HeaderLength;
        IsLast = !header.MoreFragments;
    }

    /// <summary>The first byte's place.</summary>
    public int Start { get; }

    /// <summary>How many.</summary>
    public int Length { get; }

    /// <summary>The place behind the last byte.</summary>
    public int End => Start + Length;

    /// <summary>True if the datagram ends with it.</summary>
    public bool IsLast { get; }
}
