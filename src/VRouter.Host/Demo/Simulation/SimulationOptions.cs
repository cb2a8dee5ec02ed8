using VRouter.Host.Daemon;
using VRouter.Io.Ports;

namespace VRouter.Host.Demo.Simulation;

/// <summary>How the routers of a simulated network run.</summary>
internal sealed record SimulationOptions
{
    /// <summary>Workers of each router; frames of one pair of addresses go to the same one.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The file in which the router of a node records, by the node's name, which is replaced; null: none does.</summary>
    public Func<string, string>? Recording { get; init; }

    /// <summary>Given each worker before it runs, with its node and its place.</summary>
    public Action<string, int, Worker> Prepare { get; init; } = (_, _, _) => { };

    /// <summary>Puts something around a worker's part of a port, as a bad wire; given the node and the worker's place.</summary>
    public Func<string, int, IPort, IPort> Wrap { get; init; } = (_, _, port) => port;
}
