using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Demo.Simulation;

/// <summary>A gateway that knows the networks of its interfaces and nothing else: a packet to anywhere else is dropped.</summary>
internal sealed class SimulatedGateway
{
    private readonly List<(IPv4Prefix Network, SimulatedInterface Interface)> routes = [];

    /// <summary>Connects a network.</summary>
    public void Connect(SimulatedInterface leg, IPv4Prefix network)
    {
        routes.Add((network, leg));
        leg.PacketReceived += Forward;
    }

    private void Forward(byte[] bytes)
    {
        var packet = IPv4Header.At(bytes);
        var destination = packet.Destination;
        var leg = routes.Find(route => route.Network.Contains(destination)).Interface;
        if (leg is null || packet.Ttl <= 1 || routes.Any(route => route.Interface.Address == destination))
            return;
        packet.DecrementTtl();
        leg.Send(destination, bytes);
    }
}
