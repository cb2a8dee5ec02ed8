using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Host.Daemon;
using VRouter.Host.Routing;
using VRouter.Io.Ports;

namespace VRouter.Host.Demo.Simulation;

/// <summary>
/// The real router of a node: the daemon's routes, tables, worker and engine, on wires in memory and by the simulated clock.
/// </summary>
internal sealed class SimulatedRouter : IDisposable
{
    private const int Frames = 256;
    private readonly NodeView view;
    private readonly Worker worker;
    private readonly List<AttachedPort> attached = [];
    private readonly List<(FrameQueue Queue, SimulatedPort Wire)> outputs = [];

    /// <summary>Makes the router of a node, yet without ports.</summary>
    public SimulatedRouter(NodeView view)
    {
        this.view = view;
        worker = new Worker(new FramePool(Frames, largeCount: 4), new EngineOptions());
    }

    /// <summary>Joins an interface of the node, by its name, to a wire.</summary>
    public void Attach(string port, int mtu, SimulatedPort wire)
    {
        var index = attached.Count;
        var (incoming, outgoing) = (MemoryPort.CreateQueue(mtu, Frames), MemoryPort.CreateQueue(mtu, Frames));
        attached.Add(new AttachedPort(index, port, mtu));
        outputs.Add((outgoing, wire));
        // A queue that is full loses the frame, as a network card does.
        wire.Received += frame => incoming.TryEnqueue(frame);
        worker.AttachPort(index, new MemoryPort(port, view.Uplink.Mac, mtu, incoming, outgoing));
    }

    /// <summary>Computes the routes, compiles the tables and puts them in force.</summary>
    public void Start()
    {
        var routes = new RouteTable();
        routes.Replace(RouteSource.Host, RouteCalculator.FromUplink(view));
        routes.Replace(RouteSource.Resources, RouteCalculator.FromResources(view));
        worker.Publish(new TableCompiler().Compile(view, routes.Snapshot, attached));
    }

    /// <summary>Takes in what arrived, forwards it, and sends it on.</summary>
    /// <returns>False if there was nothing to do.</returns>
    public bool Turn(long now)
    {
        var moved = worker.RunOnce(now) > 0;
        foreach (var (queue, wire) in outputs)
        {
            while (queue.TryDequeue(out var frame))
            {
                wire.Send(frame);
                moved = true;
            }
        }

        return moved;
    }

    /// <summary>Ends the worker.</summary>
    public void Dispose() => worker.Dispose();
}
