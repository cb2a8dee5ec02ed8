using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Api;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Daemon;
using VRouter.Host.Fuzz.Engine;
using VRouter.Host.Recording;
using VRouter.Host.Routing;
using VRouter.Io.Offload;
using VRouter.Io.Ports;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>
/// The router of a node with all its ports in memory, on the clock of a capture. Everything is decided by configuration and input, so that two replays
/// are equal to the bit.
/// </summary>
internal sealed class ReplayRouter : IDisposable
{
    // Between two passes at most one frame of the capture and a few ARP replies come in, and at most all held frames go out.
    private const int IncomingLength = 64;
    private const int OutgoingLength = 1024;

    // As often as the daemon's worker looks at its timers.
    private const long TimerInterval = 50_000_000;

    // All timers of the engine end within this time: over a longer silence nothing more would happen.
    private const long LongestSilence = 120_000_000_000;

    // Few frames come, and the file is written at once.
    private const long RecordingBuffer = 4 << 20;

    // What is put in front of a neighbor's address to make the MAC address that it answers ARP with.
    private const ulong NeighborMacPrefix = 0x0200_0000_0000;

    private readonly List<(NumberedPort Port, FrameQueue Incoming, FrameQueue Outgoing)> ports = [];
    private readonly Worker worker;
    private readonly RouteTable routes = new();
    private readonly LiveTables live;
    private readonly RouterRecording? recording;
    private readonly RouterStatus status;
    private readonly CaptureWriter? output;
    private readonly bool answersArp;
    private long now = long.MinValue;

    /// <summary>Makes the router.</summary>
    /// <param name="view">The node.</param>
    /// <param name="output">Where sent frames go, each port an interface in the order of <see cref="PortsOf"/>; not owned.</param>
    /// <param name="answersArp">Neighbors answer ARP.</param>
    /// <param name="record">Records it into this file, which is replaced; null: it is not recorded.</param>
    /// <param name="text">The node's configuration, for a recording; see <see cref="RouterRecording.Describe"/>.</param>
    /// <param name="mostNeighbors">Room for neighbors; null: as in the daemon.</param>
    /// <exception cref="RecordingException">The file cannot be made.</exception>
    public ReplayRouter(NodeView view, CaptureWriter? output, bool answersArp, string? record = null, string? text = null, int? mostNeighbors = null)
    {
        this.output = output;
        this.answersArp = answersArp;
        var mtu = Math.Max(view.Uplink.Mtu, ReplayUplink.DefaultMtu);
        var capacity = FrameBuffers.CapacityFor(mtu);
        var engine = mostNeighbors is { } most ? new EngineOptions { Neighbors = new NeighborOptions { Capacity = most } } : new EngineOptions();
        worker = new Worker(new FramePool(FrameBuffers.CountFor(capacity), capacity, FrameBuffers.LargeCount), engine);
        if (record is not null)
        {
            var options = new RecordingOptions { Node = view.Node.Name, BufferBytes = RecordingBuffer, Overwrite = true, IsSingleThreaded = true };
            recording = RouterRecording.Start(record, [worker], engine, options);
        }

        live = new LiveTables(routes, worker.Quiescence, tables => worker.Engine.Tables = tables) { Journal = recording };
        Add(view.Uplink.Interface, PortRole.Uplink, view.Uplink.Mac, view.Uplink.Mtu);
        foreach (var endpoint in view.Endpoints)
            Add(endpoint.InterfaceName, PortRole.Workload, view.RouterMacOf(endpoint), view.Uplink.Mtu);
        Configure(view, text);
        var open = ports.Select((port, index) => new OpenPort(index, SpecOf(index, port.Port), [port.Port], port.Port.Mtu, []));
        status = new RouterStatus(view, routes, live.Tables, open.ToValueList(), []);
    }

    /// <summary>Follows the capture's frames.</summary>
    public IGraphTracer? Tracer
    {
        set => worker.Engine.Tracer = value;
    }

    /// <summary>The names of a node's ports by index: the uplink, then the workloads'.</summary>
    public static List<string> PortsOf(NodeView view) => [view.Uplink.Interface, .. view.Endpoints.Select(endpoint => endpoint.InterfaceName)];

    /// <summary>A frame of the capture comes in.</summary>
    /// <param name="port">Index of the port.</param>
    /// <param name="number">The frame's number in the capture.</param>
    /// <param name="timestamp">When, in nanoseconds; a time before the last one counts as the last one.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="offload">What the kernel says of a super-frame; null: a frame as it is on the wire.</param>
    public void Receive(int port, uint number, long timestamp, byte[] frame, VirtioNetHeader? offload)
    {
        if (offload is not { } header)
        {
            Receive(port, number, timestamp, frame);
            return;
        }

        AdvanceTo(timestamp);
        var numbered = ports[port].Port;
        (numbered.SuperFrame, numbered.Number) = (new SuperFrameIntake(frame, header), number);
        do
            Run();
        while (numbered.SuperFrame is not null && worker.Pool.Available > 0);
        (numbered.SuperFrame, numbered.Number) = (null, 0);
    }

    /// <summary>As <see cref="Receive(int, uint, long, byte[], VirtioNetHeader?)"/>, for a frame as it is on the wire.</summary>
    public void Receive(int port, uint number, long timestamp, ReadOnlySpan<byte> frame)
    {
        AdvanceTo(timestamp);
        var (numbered, incoming, _) = ports[port];
        if (frame.Length > incoming.MaximumLength)
        {
            numbered.Counters.CountReceiveDrop(DropReason.RxTooLong);
            return;
        }

        incoming.TryEnqueue(frame);
        numbered.Number = number;
        Run();
        numbered.Number = 0;
    }

    /// <summary>The node's configuration changes; the ports stay.</summary>
    /// <param name="timestamp">When, as for a frame.</param>
    /// <param name="view">The node from now on.</param>
    /// <param name="text">Its configuration, for a recording.</param>
    public void Change(long timestamp, NodeView view, string? text)
    {
        AdvanceTo(timestamp);
        Configure(view, text);
        Run();
    }

    /// <summary>A frame of the capture was cut off, so that it cannot be received.</summary>
    public void Skip(int port) => ports[port].Port.Counters.CountReceiveDrop(DropReason.RxTruncated);

    /// <summary>Lets the time pass that waiting frames need to leave or to be given up.</summary>
    public void Finish()
    {
        var end = now + LongestSilence;
        while (worker.Pool.Outstanding > 0 && now < end)
            AdvanceTo(now + TimerInterval);
        // A recording ends with the router's last pass; what it still holds then is given up after that.
        recording?.Dispose();
        if (recording?.Failure is { } failure)
            throw new IOException($"{recording.Path}: {failure}");
        worker.Engine.Flush(now);
    }

    /// <summary>What became of all frames.</summary>
    public (CountersView Counters, IReadOnlyList<DropView> Drops) Count() => (
        CountersView.Of([WorkerCountersView.Of(worker, 0, status.Ports)], ClosedPorts.None.Totals),
        DropViews.Of(status, [DropCounts.Of(status, worker.Engine.Counters, 0)], ClosedPorts.None));

    /// <inheritdoc/>
    public void Dispose()
    {
        recording?.Dispose();
        worker.Dispose();
    }

    private void Add(string name, PortRole role, MacAddress mac, int mtu)
    {
        var (incoming, outgoing) = (MemoryPort.CreateQueue(mtu, IncomingLength), MemoryPort.CreateQueue(mtu, OutgoingLength));
        var port = new NumberedPort(new MemoryPort(name, mac, mtu, incoming, outgoing));
        output?.AddInterface(name, role == PortRole.Uplink ? "uplink" : "workload");
        worker.AttachPort(ports.Count, port);
        ports.Add((port, incoming, outgoing));
    }

    private void Configure(NodeView view, string? text)
    {
        if (text is not null)
            recording?.Describe(view.Node.Name, [ConfigurationFile.FromText("config.yaml", text)], uplink: null);
        var attached = ports.Select((port, index) => new AttachedPort(index, port.Port.Name, port.Port.Mtu)).ToList();
        live.Configure(view, attached, RouteCalculator.FromUplink(view), RouteCalculator.FromResources(view));
    }

    private static PortSpec SpecOf(int index, NumberedPort port) =>
        new() { Interface = port.Name, Role = index == 0 ? PortRole.Uplink : PortRole.Workload, Driver = PortDriver.Auto };

    private void AdvanceTo(long time)
    {
        if (now == long.MinValue)
            now = time;
        var end = Math.Max(now, time);
        var silence = Math.Min(end, now + LongestSilence);
        while (now + TimerInterval <= silence)
        {
            now += TimerInterval;
            Run();
        }

        now = end;
    }

    // Until neither the router nor its neighbors have anything to say at this moment.
    private void Run()
    {
        do
            worker.RunOnce(now);
        while (Collect());
    }

    private bool Collect()
    {
        var answered = false;
        for (var index = 0; index < ports.Count; index++)
        {
            while (ports[index].Outgoing.TryDequeue(out var frame))
            {
                output?.Write(index, Math.Max(0, now), frame);
                answered |= answersArp && Answer(index, frame);
            }
        }

        return answered;
    }

    private bool Answer(int index, Span<byte> frame)
    {
        if (EthernetHeader.Parse(frame, out var ethernet) != DropReason.None || ethernet.Type != EtherType.Arp
            || ArpHeader.Parse(ethernet.Payload, out var request) != DropReason.None || request.Operation != ArpOperation.Request)
        {
            return false;
        }

        var mac = new MacAddress(NeighborMacPrefix | request.TargetAddress.Value);
        Span<byte> reply = stackalloc byte[EthernetHeader.Size + ArpHeader.Size];
        var header = EthernetHeader.Write(reply, request.SenderMac, mac, EtherType.Arp);
        ArpHeader.Write(header.Payload, ArpOperation.Reply, mac, request.TargetAddress, request.SenderMac, request.SenderAddress);
        ports[index].Port.Number = 0;
        return ports[index].Incoming.TryEnqueue(reply);
    }
}
