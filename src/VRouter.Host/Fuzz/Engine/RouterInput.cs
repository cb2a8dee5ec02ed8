using VRouter.Io.Offload;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>One thing that a router is told: at a time, a frame of a port, or another network.</summary>
/// <param name="Time">Nanoseconds of the router's clock.</param>
/// <param name="Port">Index of the port, for a frame.</param>
/// <param name="Frame">The frame; null for a change.</param>
/// <param name="Network">The network from now on; null for a frame.</param>
/// <param name="Offload">What the kernel says of a super-frame; null: a frame as it is on the wire.</param>
internal sealed record RouterInput(long Time, int Port, byte[]? Frame, FuzzNetwork? Network, VirtioNetHeader? Offload = null)
{
    /// <summary>When the first event of a case happens: a capture's time must not be negative, and a clock is not 0 where it begins.</summary>
    public const long Start = 1_000_000_000_000;

    /// <summary>What a case tells the router.</summary>
    /// <param name="events">The events.</param>
    /// <param name="network">The network at first, whose ports stay.</param>
    /// <param name="networks">Gives the network of a change; null if the network does not change.</param>
    public static List<RouterInput> Of(IEnumerable<CaseEvent> events, FuzzNetwork network, Func<NetworkShape, FuzzNetwork>? networks)
    {
        var inputs = new List<RouterInput>();
        var time = Start;
        foreach (var item in events)
        {
            time += item.Delay;
            if (item.Offload is { } offload)
                inputs.Add(new RouterInput(time, item.PortOf(network.Ports.Count), item.Bytes[VirtioNetHeader.Size..], null, offload));
            else if (!item.IsChange)
                inputs.Add(new RouterInput(time, item.PortOf(network.Ports.Count), item.Bytes, null));
            else if (networks is not null)
                inputs.Add(new RouterInput(time, 0, null, networks(new NetworkShape(item.Bytes))));
        }

        return inputs;
    }
}
