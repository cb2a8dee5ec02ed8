using VRouter.Io.Netlink;

namespace VRouter.Host.Fuzz.Parsers;

/// <summary>The decoder of the kernel's rtnetlink messages: any datagram gives changes, and a demand to read all anew where it is malformed.</summary>
internal sealed class NetlinkTarget : ParserTarget
{
    private static readonly byte[][] Tokens =
    [
        [16, 0], [17, 0], [20, 0], [21, 0], [24, 0], [25, 0], [8, 0, 1, 0, 10, 0, 0, 1], [8, 0, 5, 0, 10, 0, 0, 254], [8, 0, 4, 0, 2, 0, 0, 0], [8, 0, 15, 0, 254, 0, 0, 0],
        [8, 0, 6, 0, 20, 0, 0, 0], [16, 0, 9, 0, 12, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0], [9, 0, 3, 0, 101, 116, 104, 48, 0, 0, 0, 0], [10, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 0],
        [12, 0, 18, 0, 10, 0, 1, 0, 118, 0, 0, 0], [4, 0, 1, 0], [0, 0, 0, 0], [255, 255], [3, 0, 4, 0], [5, 0, 16, 0, 6, 0, 0, 0],
    ];

    /// <summary>The decoder.</summary>
    public NetlinkTarget()
        : base(Tokens)
    {
    }

    /// <inheritdoc/>
    public override string Name => "netlink";

    /// <inheritdoc/>
    public override string Extension => "netlink";

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        // struct ifinfomsg, then name, MTU and address.
        Message(16, [0, 0, 1, 0, 2, 0, 0, 0, 0x43, 0x10, 1, 0, 0, 0, 0, 0], [9, 0, 3, 0, 101, 116, 104, 48, 0, 0, 0, 0], [8, 0, 4, 0, 0xdc, 5, 0, 0], [10, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 0]),
        // struct ifaddrmsg, then address and local.
        Message(20, [2, 24, 0, 0, 2, 0, 0, 0], [8, 0, 1, 0, 10, 0, 0, 1], [8, 0, 2, 0, 10, 0, 0, 1]),
        // struct rtmsg, then destination, gateway, output; and a multipath one.
        Message(24, [2, 24, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0], [8, 0, 1, 0, 10, 1, 0, 0], [8, 0, 5, 0, 10, 0, 0, 254], [8, 0, 4, 0, 2, 0, 0, 0]),
        Message(24, [2, 16, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0], [8, 0, 1, 0, 10, 1, 0, 0], [36, 0, 9, 0, .. NextHop(2), .. NextHop(3)]),
        [.. Message(25, [2, 24, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0], [8, 0, 1, 0, 10, 1, 0, 0]), .. Message(21, [2, 24, 0, 0, 2, 0, 0, 0], [8, 0, 2, 0, 10, 0, 0, 1])],
    ];

    /// <inheritdoc/>
    protected override long Allowance => 1 << 16;

    /// <inheritdoc/>
    public override string Export(byte[] input, string folder) => $"vrouter fuzz --target netlink --input {Path.Combine(folder, "input.netlink")}";

    /// <inheritdoc/>
    protected override void Parse(byte[] input, Coverage coverage)
    {
        var changes = new List<KernelChange>();
        RtnetlinkMonitor.Decode(input, changes);
        foreach (var change in changes)
        {
            coverage.Add(1, FeatureOf(change.GetType().Name));
            coverage.Add(2, change switch
            {
                KernelChange.RouteSet { Route: var route } => 0x100 + Magnitude(route.NextHops.Count) + (8 * Math.Min(Magnitude(route.Metric), 1)) + (Math.Min((uint)route.Type, 15) * 0x1000),
                KernelChange.LinkSet { Link: var link } => 0x200 + Magnitude(link.Mtu) + (64 * (uint)Math.Min(link.Name.Length, 3)) + (link.Kind is null ? 0 : 0x1000u) + (link.Mac is null ? 0 : 0x2000u),
                KernelChange.AddressSet { Address: var address } => 0x300 + (uint)address.PrefixLength,
                _ => 0x400,
            });
        }

        coverage.Add(3, Magnitude(changes.Count));
        if (input.Length > 0 && changes.Count > 1 + (input.Length / 16))
            throw new FindingException(Oracles.Result, $"{input.Length} bytes gave {changes.Count} changes");
    }

    private static byte[] NextHop(byte link) => [16, 0, 0, 0, link, 0, 0, 0, 8, 0, 5, 0, 10, 0, 0, link];

    private static byte[] Message(byte type, params byte[][] parts)
    {
        var payload = parts.SelectMany(part => part).ToArray();
        return [(byte)(16 + payload.Length), 0, 0, 0, type, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, .. payload];
    }
}
