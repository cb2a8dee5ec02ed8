using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Daemon;
using VRouter.Host.Recording;
using VRouter.Host.Routing;
using VRouter.Io.Ports;

namespace VRouter.Host.Demo.Simulation;

/// <summary>
/// The real router of a node: the daemon's routes, tables, workers and engines, on wires in memory and by the simulated clock. One thread runs all workers in turn.
/// </summary>
internal sealed class SimulatedRouter : IDisposable
{
    private const int Frames = 256;
    private readonly NodeView view;
    private readonly SimulationOptions options;
    private readonly List<Worker> workers = [];
    private readonly List<AttachedPort> attached = [];
    private readonly List<(FrameQueue Queue, SimulatedPort Wire)> outputs = [];
    private readonly RouterRecording? recording;
    private readonly LiveTables tables;

    /// <summary>Makes the router of a node, yet without ports.</summary>
    /// <exception cref="RecordingException">Its recording cannot be made.</exception>
    public SimulatedRouter(NodeView view, SimulationOptions options)
    {
        (this.view, this.options) = (view, options);
        var (quiescence, engine) = (new Quiescence(), new EngineOptions());
        var exchange = options.Workers > 1 ? new NeighborExchange(options.Workers) : null;
        for (var index = 0; index < options.Workers; index++)
        {
            workers.Add(new Worker(
                new FramePool(Frames, largeCount: 4), engine with { Share = new EngineShare(index, options.Workers), Seat = exchange?.Seats[index] }, quiescence));
            options.Prepare(view.Node.Name, index, workers[index]);
        }

        try
        {
            recording = options.Recording is null ? null : RouterRecording.Start(
                options.Recording(view.Node.Name), workers, engine, new RecordingOptions { Node = view.Node.Name, IsSingleThreaded = true, Overwrite = true });
        }
        catch
        {
            workers.ForEach(worker => worker.Dispose());
            throw;
        }

        tables = new LiveTables(new RouteTable(), quiescence, next => workers.ForEach(worker => worker.Engine.Tables = next)) { Journal = recording };
        recording?.Follow(tables);
    }

    /// <summary>Why its recording ended too early; null if it did not.</summary>
    public string? RecordingFailure => recording?.Failure;

    /// <summary>Joins an interface of the node, by its name, to a wire.</summary>
    public void Attach(string port, int mtu, SimulatedPort wire)
    {
        var index = attached.Count;
        attached.Add(new AttachedPort(index, port, mtu));
        var queues = new List<FrameQueue>();
        foreach (var (place, worker) in workers.Index())
        {
            var (incoming, outgoing) = (MemoryPort.CreateQueue(mtu, Frames), MemoryPort.CreateQueue(mtu, Frames));
            queues.Add(incoming);
            outputs.Add((outgoing, wire));
            worker.AttachPort(index, options.Wrap(view.Node.Name, place, new MemoryPort(port, view.Uplink.Mac, mtu, incoming, outgoing)));
        }

        // A queue that is full loses the frame, as a network card does.
        wire.Received += frame => queues[WorkerOf(frame)].TryEnqueue(frame);
    }

    /// <summary>Computes the routes, compiles the tables and puts them in force.</summary>
    public void Start()
    {
        recording?.Describe(view.Node.Name, view.State.Files, view.Uplink);
        tables.Configure(view, attached, RouteCalculator.FromUplink(view), RouteCalculator.FromResources(view));
    }

    /// <summary>Takes in what arrived, forwards it, and sends it on.</summary>
    /// <returns>False if there was nothing to do.</returns>
    public bool Turn(long now)
    {
        var moved = false;
        foreach (var worker in workers)
            moved |= worker.RunOnce(now) > 0;
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

    /// <summary>Ends the recording and the workers.</summary>
    public void Dispose()
    {
        recording?.Dispose();
        workers.ForEach(worker => worker.Dispose());
    }

    // As a network card spreads packets over its queues.
    private int WorkerOf(byte[] frame)
    {
        if (workers.Count == 1 || EthernetHeader.Parse(frame, out var ethernet) != DropReason.None || ethernet.Type != EtherType.IPv4
            || IPv4Header.Parse(ethernet.Payload, out var packet) != DropReason.None)
            return 0;
        return (int)((packet.Source.Value ^ (packet.Destination.Value * 31)) % (uint)workers.Count);
    }
}
