using VRouter.Core.Wire;
using VRouter.Host.Daemon;
using VRouter.Io.Netlink;

namespace VRouter.Host.Tests.Daemon;

/// <summary>States of an imagined host.</summary>
internal static class Hosts
{
    private const LinkFlags Running = LinkFlags.Up | LinkFlags.Running;

    /// <summary>eth0 with walker-1's address and its gateway, and further Ethernet interfaces with index 10, 11, …</summary>
    public static HostState Walker1(params string[] interfaces) => new(
        [Link(1, "lo") with { HardwareType = 772, Mac = null }, Link(2, "eth0"), .. interfaces.Select((name, index) => Link(10 + index, name))],
        [Address(2, "172.16.6.47", 24)],
        [DefaultVia("172.16.6.254", 2)]);

    public static Link Link(int index, string name) => new(
        index, name, 1500, new MacAddress(0x0200_0000_0000UL + (ulong)index), Running, OperationalState.Up, Io.Netlink.Link.EthernetHardwareType, "veth", 0);

    public static InterfaceAddress Address(int link, string address, int prefixLength, bool isSecondary = false) =>
        new(link, IPv4Address.Parse(address), prefixLength, IPv4Address.Parse(address), isSecondary);

    public static KernelRoute DefaultVia(string gateway, int link, uint metric = 0) => new(
        default, [new KernelNextHop(link, IPv4Address.Parse(gateway), 1, false)], KernelRoute.MainTable, KernelRouteType.Unicast, 4, metric, null);
}
