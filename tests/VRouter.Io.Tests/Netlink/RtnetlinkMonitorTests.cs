using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Io.Netlink;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Netlink;

public class RtnetlinkMonitorTests
{
    [SkippableFact]
    public void Read_ChangesOfEachKind_AreReportedInOrder()
    {
        using var network = new TestNamespace();
        using var monitor = RtnetlinkMonitor.Open(network.Name).OrThrow();
        List<KernelChange> changes = [];
        Assert.Null(monitor.Read(changes));
        Assert.Empty(changes);

        network.Ip("link add a0 type veth peer name b0");
        network.Ip("link set a0 up");
        network.Ip("addr add 10.9.0.1/24 dev a0");
        network.Ip("route add 10.10.0.0/16 via 10.9.0.2");
        network.Ip("route del 10.10.0.0/16");
        network.Ip("addr del 10.9.0.1/24 dev a0");
        network.Ip("link del a0");
        Assert.Null(monitor.Read(changes));

        int At(Predicate<KernelChange> what)
        {
            var index = changes.FindIndex(what);
            Assert.True(index >= 0, string.Join('\n', changes));
            return index;
        }

        var prefix = IPv4Prefix.Parse("10.10.0.0/16");
        int[] places =
        [
            At(c => c is KernelChange.LinkSet { Link: { Name: "a0", IsUp: false } }),
            At(c => c is KernelChange.LinkSet { Link: { Name: "a0", IsUp: true } }),
            At(c => c is KernelChange.AddressSet s && s.Address.Address == IPv4Address.Parse("10.9.0.1")),
            At(c => c is KernelChange.RouteSet s && s.Route.Prefix == prefix),
            At(c => c is KernelChange.RouteRemoved s && s.Route.Prefix == prefix),
            At(c => c is KernelChange.AddressRemoved),
            At(c => c is KernelChange.LinkRemoved { Link.Name: "a0" }),
        ];
        Assert.Equal(places.Order(), places);
        Assert.DoesNotContain(changes, c => c is KernelChange.ResyncNeeded);
    }

    [SkippableFact]
    public void Read_BufferOverflowed_AsksForResyncAndGoesOn()
    {
        using var network = new TestNamespace();
        network.Ip("link add a0 type veth peer name b0");
        using var monitor = RtnetlinkMonitor.Open(network.Name, receiveBuffer: 4096).OrThrow();
        for (var i = 0; i < 20; i++)
            network.Ip($"link set a0 mtu {1300 + i}");

        List<KernelChange> changes = [];
        Assert.Null(monitor.Read(changes));
        Assert.Contains(changes, c => c is KernelChange.ResyncNeeded);

        changes.Clear();
        network.Ip("link set a0 mtu 1280");
        Assert.Null(monitor.Read(changes));
        Assert.Contains(changes, c => c is KernelChange.LinkSet { Link: { Name: "a0", Mtu: 1280 } });
    }
}
