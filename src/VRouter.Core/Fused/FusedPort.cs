using System.Runtime.Intrinsics;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Fused;

/// <summary>What the fused path asks of the port that received a frame, in wire order where it compares bytes.</summary>
internal readonly struct FusedPort
{
    /// <summary>No number that is compared with it has this value.</summary>
    private const uint None = uint.MaxValue;

    /// <summary>Compiles a port; null: it is gone.</summary>
    /// <param name="entry">The port.</param>
    /// <param name="localAddresses">As <see cref="FusedTables.LocalAddresses"/>.</param>
    /// <param name="workloadL4Ports">As <see cref="FusedTables.VxlanL4Ports"/>.</param>
    /// <param name="vtepL4Port">As <see cref="FusedTables.VtepL4Port"/>; null: VXLAN is not in use.</param>
    public FusedPort(PortEntry? entry, AddressSet localAddresses, ushort[] workloadL4Ports, ushort? vtepL4Port)
    {
        OwnSource = ulong.MaxValue;
        Entry = entry;
        if (entry is null)
            return;
        Mac = WireOrder.Mac(entry.Mac);
        IsWorkload = entry.Role == PortRole.Workload;
        HasHostStack = entry.HasHostStack;
        (AllowIpip, AllowVxlan) = (entry.AllowIpip, entry.AllowVxlan);
        if (IsWorkload && entry.WorkloadAddresses is [var first, ..] && !localAddresses.Contains(first))
            OwnAddress = first.Value;
        if (!IsWorkload && entry.Subnet.Length is > 0 and < 31)
            SubnetBroadcast = entry.Subnet.Last.Value;

        Headers = Vector128.Create(Mac, ((ulong)WireOrder.UInt16(EtherType.IPv4) << 32) | ((ulong)IPv4Words.VersionFourWithoutOptions << 48)).AsByte();
        ushort[] special = !IsWorkload ? vtepL4Port is { } vtep ? [vtep] : [] : AllowVxlan ? [] : workloadL4Ports;
        (SpecialL4Port, OtherSpecialL4Port) = (special.Length > 0 ? special[0] : None, special.Length > 1 ? special[1] : None);
        TakesSimple = special.Length <= 2;
        if (OwnAddress != 0 && FusedInput.IsUnicast(OwnAddress) && !FusedInput.IsLinkLocal(OwnAddress))
            OwnSource = WireOrder.UInt32(OwnAddress);
    }

    /// <summary>In which of the first 16 bytes' bits, from the Ethernet destination on, every simple frame of a port is the same as <see cref="Headers"/>.</summary>
    public static Vector128<byte> HeadersMask => Vector128.Create(0x0001_ffff_ffff_fffful, 0x00ff_ffff_0000_0000ul).AsByte();

    /// <summary>Ethernet destination, an individual sender, EtherType, IP version and header length.</summary>
    public readonly Vector128<byte> Headers;

    /// <summary>Workload: the source address of its simple packets, wire order; more than 32 bits: none.</summary>
    public readonly ulong OwnSource;

    /// <summary>UDP destination ports, wire order, that may mean a tunnel; more than 16 bits: none.</summary>
    public readonly uint SpecialL4Port;
    public readonly uint OtherSpecialL4Port;

    /// <summary>False if there are more such ports.</summary>
    public readonly bool TakesSimple;

    /// <summary>The whole entry; null where the port is gone.</summary>
    public readonly PortEntry? Entry;

    /// <summary>The router's MAC address on the port, in wire order.</summary>
    public readonly ulong Mac;

    /// <summary>Workload: its first address, if that is none of the router's own; 0: none, ask <see cref="Entry"/>.</summary>
    public readonly uint OwnAddress;

    /// <summary>Uplink: an address that nobody may send from; 0: none.</summary>
    public readonly uint SubnetBroadcast;

    public readonly bool IsWorkload;

    public readonly bool HasHostStack;

    public readonly bool AllowIpip;

    public readonly bool AllowVxlan;
}
