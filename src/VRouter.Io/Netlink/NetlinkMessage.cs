namespace VRouter.Io.Netlink;

/// <summary>One netlink message (struct nlmsghdr and what follows it), as a view of a receive buffer.</summary>
internal readonly ref struct NetlinkMessage
{
    /// <summary>Bytes of struct nlmsghdr.</summary>
    public const int HeaderSize = 16;

    public NetlinkMessage(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> payload)
    {
        Type = type;
        Flags = flags;
        Sequence = sequence;
        Payload = payload;
    }

    /// <summary>RTM_* or one of <see cref="NetlinkType"/>.</summary>
    public ushort Type { get; }

    /// <summary>NLM_F_*.</summary>
    public ushort Flags { get; }

    /// <summary>The number of the request that this answers; 0 on multicast messages.</summary>
    public uint Sequence { get; }

    /// <summary>What follows the header, without the padding behind it.</summary>
    public ReadOnlySpan<byte> Payload { get; }
}
