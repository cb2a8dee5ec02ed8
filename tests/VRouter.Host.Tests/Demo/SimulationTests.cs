using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Demo.Simulation;

namespace VRouter.Host.Tests.Demo;

public class SimulationTests
{
    private readonly SimulatedClock clock = new();
    private readonly List<SimulatedWire> wires = [];

    [Fact]
    public void Gateway_BetweenTwoNetworks_ForwardsResolvesAndLowersTtl()
    {
        var near = Interface("10.0.1.1", 1, out var nearEnd);
        var far = Interface("10.0.2.1", 2, out var farEnd);
        ConnectGateway(nearEnd, farEnd);
        var got = new List<byte[]>();
        far.PacketReceived += got.Add;

        near.Send(IPv4Address.Parse("10.0.1.254"), Packet("10.0.1.1", "10.0.2.1", ttl: 9));
        Run();

        var packet = IPv4Header.At(Assert.Single(got));
        Assert.Equal(8, packet.Ttl);
        Assert.Equal(Core.Graph.DropReason.None, IPv4Header.Parse(got[0], out _));
    }

    [Theory]
    [InlineData("10.0.3.1", 9)]
    [InlineData("10.0.2.1", 1)]
    public void Gateway_NoRouteOrNoTtl_Drops(string destination, byte ttl)
    {
        var near = Interface("10.0.1.1", 1, out var nearEnd);
        Interface("10.0.2.1", 2, out var farEnd);
        ConnectGateway(nearEnd, farEnd);

        near.Send(IPv4Address.Parse("10.0.1.254"), Packet("10.0.1.1", destination, ttl));
        Run();

        Assert.Empty(wires[1].Frames);
    }

    [Fact]
    public void Switch_KnownDestination_SparesTheOtherPorts()
    {
        var lan = new SimulatedSwitch();
        var hosts = Enumerable.Range(1, 3).Select(i =>
        {
            var host = Interface($"10.0.1.{i}", (ulong)i, out var end);
            lan.Plug(end);
            return host;
        }).ToList();
        var got = 0;
        hosts[1].PacketReceived += _ => got++;

        hosts[0].Send(hosts[1].Address, Packet("10.0.1.1", "10.0.1.2", 64));
        Run();

        Assert.Equal(1, got);
        // The third host saw the ARP request only.
        Assert.Single(wires[2].Frames);
    }

    [Fact]
    public void Pod_RouterBringsAnAnswer_KeepsItsTtl()
    {
        var wire = new SimulatedWire(clock);
        wires.Add(wire);
        // The far end of the pod's wire stands for its router.
        var asker = new SimulatedPod(new SimulatedInterface(wire.First, new MacAddress(1), IPv4Address.Parse("10.0.1.1")));
        var answerer = new SimulatedInterface(wire.Second, new MacAddress(2), IPv4Address.WorkloadGateway);
        byte[]? request = null;
        answerer.PacketReceived += packet => request = packet;

        asker.Ping(IPv4Address.Parse("10.0.2.1"), 7);
        Run();

        Assert.NotNull(request);
        Assert.Null(asker.AnswerTtl(IPv4Address.Parse("10.0.2.1"), 7));
        var reply = request.ToArray();
        IPv4Header.Write(reply, (ushort)reply.Length, IpProtocol.Icmp, IPv4Address.Parse("10.0.2.1"), IPv4Address.Parse("10.0.1.1"), ttl: 62);
        IcmpHeader.Write(reply.AsSpan(IPv4Header.MinimumSize), IcmpType.EchoReply, 0, 7);
        answerer.Send(IPv4Address.Parse("10.0.1.1"), reply);
        Run();
        Assert.Equal((byte)62, asker.AnswerTtl(IPv4Address.Parse("10.0.2.1"), 7));
    }

    private void ConnectGateway(SimulatedPort near, SimulatedPort far)
    {
        var gateway = new SimulatedGateway();
        gateway.Connect(new SimulatedInterface(near, new MacAddress(0xfe01), IPv4Address.Parse("10.0.1.254")), IPv4Prefix.Parse("10.0.1.0/24"));
        gateway.Connect(new SimulatedInterface(far, new MacAddress(0xfe02), IPv4Address.Parse("10.0.2.254")), IPv4Prefix.Parse("10.0.2.0/24"));
    }

    private SimulatedInterface Interface(string address, ulong mac, out SimulatedPort farEnd)
    {
        var wire = new SimulatedWire(clock);
        wires.Add(wire);
        farEnd = wire.Second;
        return new SimulatedInterface(wire.First, new MacAddress(mac), IPv4Address.Parse(address));
    }

    private static byte[] Packet(string from, string to, byte ttl)
    {
        var packet = new byte[IPv4Header.MinimumSize + 8];
        IPv4Header.Write(packet, (ushort)packet.Length, 253, IPv4Address.Parse(from), IPv4Address.Parse(to), ttl);
        return packet;
    }

    private void Run()
    {
        while (wires.Aggregate(false, (moved, wire) => wire.Deliver() || moved))
        {
        }
    }
}
