using VRouter.Core.Wire;

namespace VRouter.Host.Demo.Simulation;

/// <summary>A learning Ethernet switch (IEEE 802.1D §7.8): a frame goes out of the port behind which its destination was seen, else out of all others.</summary>
internal sealed class SimulatedSwitch
{
    private readonly List<SimulatedPort> ports = [];
    private readonly Dictionary<MacAddress, SimulatedPort> seen = [];

    /// <summary>Plugs a wire's end in.</summary>
    public void Plug(SimulatedPort port)
    {
        ports.Add(port);
        port.Received += frame => Forward(port, frame);
    }

    private void Forward(SimulatedPort from, byte[] frame)
    {
        var ethernet = EthernetHeader.At(frame);
        seen[ethernet.Source] = from;
        if (seen.TryGetValue(ethernet.Destination, out var port))
        {
            if (port != from)
                port.Send(frame);
            return;
        }

        foreach (var other in ports.Where(other => other != from))
            other.Send(frame);
    }
}
