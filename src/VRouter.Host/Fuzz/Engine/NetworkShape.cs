namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// The settings of a generated network, a byte each. Every value of every byte means something, so that settings can be mutated like frames; all zero is the plainest
/// network.
/// </summary>
internal readonly struct NetworkShape : IEquatable<NetworkShape>
{
    /// <summary>Bytes of a shape.</summary>
    public const int Size = 12;

    private static readonly string[] Modes =
    [
        "ipipMode: Never, vxlanMode: Never", "ipipMode: Always, vxlanMode: Never", "ipipMode: CrossSubnet, vxlanMode: Never",
        "ipipMode: Never, vxlanMode: Always", "ipipMode: Never, vxlanMode: CrossSubnet",
    ];

    private static readonly int[] UplinkMtus = [1500, 1500, 1500, 118, 119, 572, 576, 602, 1280, 1400, 1499, 1501, 2000, 9000];
    private static readonly int?[] TunnelMtus = [null, null, 68, 69, 576, 1400, 1449, 1450, 1451, 1480, 1481, 8950, 65535];
    private static readonly int?[] Vnis = [null, 1, 0xff_ffff, 0x80_0001];
    private static readonly int?[] L4Ports = [null, 8472, 1, 65535];
    private static readonly int[] PrefixLengths = [24, 24, 25, 16, 30, 31, 32, 8];

    private static readonly int?[] NeighborCounts = [null, null, null, 1, 2, 3, 8];

    private readonly byte[] settings;

    /// <summary>Takes up to <see cref="Size"/> bytes; those that are missing are 0.</summary>
    public NetworkShape(ReadOnlySpan<byte> bytes)
    {
        settings = new byte[Size];
        bytes[..Math.Min(Size, bytes.Length)].CopyTo(settings);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => settings;

    /// <summary>Calico's ipipMode and vxlanMode of the first pool.</summary>
    public string FirstMode => Of(Modes, 0);

    /// <summary>Those of the second pool.</summary>
    public string SecondMode => Of(Modes, 1);

    /// <summary>The uplink's MTU.</summary>
    public int UplinkMtu => Of(UplinkMtus, 2);

    /// <summary>FelixConfiguration's ipipMTU.</summary>
    public int? IpipMtu => Of(TunnelMtus, 3);

    /// <summary>FelixConfiguration's vxlanMTU.</summary>
    public int? VxlanMtu => Of(TunnelMtus, 4);

    /// <summary>FelixConfiguration's vxlanVNI.</summary>
    public int? Vni => Of(Vnis, 5);

    /// <summary>FelixConfiguration's vxlanPort.</summary>
    public int? VxlanPort => Of(L4Ports, 6);

    /// <summary>VXLAN headers with reserved bits are refused.</summary>
    public bool IsStrict => Bit(7, 0);

    /// <summary>There is a default gateway.</summary>
    public bool HasGateway => !Bit(7, 1);

    /// <summary>Workloads may send IPIP.</summary>
    public bool AllowsIpip => Bit(7, 2);

    /// <summary>Workloads may send VXLAN.</summary>
    public bool AllowsVxlan => Bit(7, 3);

    /// <summary>The second workload may use other sources.</summary>
    public bool AllowsSpoofing => Bit(7, 4);

    /// <summary>The first workload's MAC address is known from its resource.</summary>
    public bool KnowsMac => !Bit(7, 5);

    /// <summary>The node has addresses of its own in the pools.</summary>
    public bool HasTunnelAddresses => Bit(7, 6);

    /// <summary>Another node holds an address of this node's block.</summary>
    public bool HasBorrowed => Bit(7, 7);

    /// <summary>The peer in the node's subnet has this of its three blocks.</summary>
    public bool HasNearBlock(int pool) => !Bit(8, pool);

    /// <summary>The peer behind the gateway has this of its three blocks.</summary>
    public bool HasFarBlock(int pool) => !Bit(8, 3 + pool);

    /// <summary>The node's own block of the first pool.</summary>
    public bool HasOwnBlock => !Bit(8, 6);

    /// <summary>The second workload exists.</summary>
    public bool HasSecondWorkload => !Bit(8, 7);

    /// <summary>Length of the prefix of the node's subnet.</summary>
    public int PrefixLength => Of(PrefixLengths, 9);

    /// <summary>Room for neighbors; null: as much as there may be.</summary>
    public int? MostNeighbors => Of(NeighborCounts, 10);

    /// <inheritdoc/>
    public bool Equals(NetworkShape other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NetworkShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var value in Bytes)
            hash = unchecked((hash * 31) + value);
        return hash;
    }

    private T Of<T>(T[] values, int setting) => values[settings[setting] % values.Length];

    private bool Bit(int setting, int bit) => (settings[setting] >> bit & 1) != 0;
}
