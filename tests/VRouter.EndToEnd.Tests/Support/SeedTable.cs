using VRouter.Core.Wire;
using VRouter.Host.Demo;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>One header table of the traced network that the demo rebuilds: a packet on one wire.</summary>
/// <param name="Mode">The demo's mode.</param>
/// <param name="Wire">The wire.</param>
/// <param name="From">The sending pod's address.</param>
/// <param name="To">The receiving pod's address.</param>
/// <param name="SourceMac">"src mac"; null if nothing is on that wire.</param>
/// <param name="DestinationMac">"dst mac".</param>
/// <param name="OuterSource">"enc src IP"; null if the column is empty.</param>
/// <param name="OuterDestination">"enc dst IP".</param>
internal sealed record SeedTable(
    DemoMode Mode, DemoWire Wire, string From, string To, string? SourceMac, string? DestinationMac, string? OuterSource = null, string? OuterDestination = null)
{
    private const string Pod1 = "192.168.187.211";
    private const string Pod2 = "192.168.135.74";
    private const string Pod3 = "192.168.121.2";
    private const string Pod1Mac = "3a:1d:1e:91:f5:9e";
    private const string Pod1GatewayMac = "66:39:fa:e7:9f:a9";
    private const string Walker1Mac = "fa:16:3e:02:8b:17";
    private const string Walker2Mac = "fa:16:3e:8c:21:13";
    private const string Demi1Mac = "fa:16:3e:d9:a0:5e";
    private const string GatewayMac = "00:23:89:8c:e8:31";

    /// <summary>The five tables, then what the text says without a table: nothing behind the gateway without tunnels, and cross-subnet.</summary>
    public static IReadOnlyList<SeedTable> All { get; } =
    [
        new(DemoMode.Never, DemoWire.Busybox1, Pod1, Pod3, Pod1Mac, Pod1GatewayMac),
        new(DemoMode.Never, DemoWire.Gateway, Pod1, Pod3, Walker1Mac, GatewayMac),
        new(DemoMode.Always, DemoWire.Busybox1, Pod1, Pod3, Pod1Mac, Pod1GatewayMac),
        new(DemoMode.Always, DemoWire.Gateway, Pod1, Pod3, Walker1Mac, GatewayMac, "172.16.6.47", "172.16.199.114"),
        new(DemoMode.Always, DemoWire.Demi1, Pod1, Pod3, GatewayMac, Demi1Mac, "172.16.6.47", "172.16.199.114"),
        new(DemoMode.Always, DemoWire.Busybox3, Pod1, Pod3, "8e:6b:fa:f7:5d:3b", "de:16:fc:1c:44:35"),
        new(DemoMode.Never, DemoWire.Demi1, Pod1, Pod3, null, null),
        new(DemoMode.Never, DemoWire.Busybox3, Pod1, Pod3, null, null),
        new(DemoMode.Always, DemoWire.Walker2, Pod1, Pod2, Walker1Mac, Walker2Mac, "172.16.6.47", "172.16.6.249"),
        new(DemoMode.CrossSubnet, DemoWire.Walker2, Pod1, Pod2, Walker1Mac, Walker2Mac),
        new(DemoMode.CrossSubnet, DemoWire.Busybox2, Pod1, Pod2, "5a:4a:df:5e:c9:6c", "de:16:fc:1c:44:35"),
        new(DemoMode.CrossSubnet, DemoWire.Gateway, Pod1, Pod3, Walker1Mac, GatewayMac, "172.16.6.47", "172.16.199.114"),
        new(DemoMode.CrossSubnet, DemoWire.Demi1, Pod1, Pod3, GatewayMac, Demi1Mac, "172.16.6.47", "172.16.199.114"),
        new(DemoMode.VxlanAlways, DemoWire.Walker2, Pod1, Pod2, Walker1Mac, Walker2Mac, "172.16.6.47", "172.16.6.249"),
        new(DemoMode.VxlanAlways, DemoWire.Demi1, Pod1, Pod3, GatewayMac, Demi1Mac, "172.16.6.47", "172.16.199.114"),
        new(DemoMode.VxlanCrossSubnet, DemoWire.Walker2, Pod1, Pod2, Walker1Mac, Walker2Mac),
        new(DemoMode.VxlanCrossSubnet, DemoWire.Gateway, Pod1, Pod3, Walker1Mac, GatewayMac, "172.16.6.47", "172.16.199.114"),
    ];

    /// <summary>Fails unless the first echo request on the wire has exactly these fields.</summary>
    public void AssertSeenIn(DemoObservation observation)
    {
        var packet = observation.FirstEchoRequest(Wire, IPv4Address.Parse(From), IPv4Address.Parse(To));
        Assert.Equal(
            (this, SourceMac, DestinationMac, SourceMac is null ? null : From, SourceMac is null ? null : To, OuterSource, OuterDestination),
            (this, packet?.SourceMac.ToString(), packet?.DestinationMac.ToString(), packet?.Source.ToString(), packet?.Destination.ToString(),
                packet?.Tunnel?.Source.ToString(), packet?.Tunnel?.Destination.ToString()));
        if (OuterSource is not null)
            Assert.Equal(Mode.IsVxlan, packet!.Tunnel!.Vxlan is not null);
    }
}
