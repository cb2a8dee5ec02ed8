using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// A router that is run once: it sees what the router of a replay sees, at the same times, and its neighbors answer ARP as there. It is written apart from that
/// one, so that each can be held against the other.
/// </summary>
internal sealed class FuzzRouter : IFrameTransmitter
{
    private const long TimerInterval = 50_000_000;
    private const long LongestSilence = 120_000_000_000;
    private const ulong NeighborMacPrefix = 0x0200_0000_0000;
    private const uint ReplyTraceId = uint.MaxValue;

    private readonly FuzzNetwork network;
    private readonly RouterSetup setup;
    private readonly GuardedPool memory;
    private readonly ForwardingEngine engine;
    private readonly ForwardingTables[] tables;
    private readonly FrameVector vector = new();
    private readonly Queue<byte[]>[] replies;
    private readonly List<SentFrame> sent = [];
    private long now = long.MinValue;
    private int input;
    private int changes;
    private int answered;
    private int tooLong;
    private int received;
    private bool isStarved;

    /// <summary>Makes a router.</summary>
    /// <param name="network">Its network at first.</param>
    /// <param name="tables">The tables of that network, then those of each change, in the order of the changes.</param>
    /// <param name="memory">Its frames; none may be out.</param>
    /// <param name="setup">How it is run.</param>
    public FuzzRouter(FuzzNetwork network, ForwardingTables[] tables, GuardedPool memory, RouterSetup setup)
    {
        (this.network, this.tables, this.memory, this.setup) = (network, tables, memory, setup);
        memory.Fill(setup.Fill);
        var neighbors = setup.MostNeighbors is { } most ? new NeighborOptions { Capacity = most } : new NeighborOptions();
        engine = new ForwardingEngine(memory.Pool, this, new EngineOptions { FusedPath = setup.Fused, Neighbors = neighbors }) { Tracer = setup.Tracer };
        setup.Tracer?.Begin();
        replies = [.. network.Ports.Select(_ => new Queue<byte[]>())];
        engine.Tables = tables[0];
    }

    /// <summary>Tampers with frames as they are sent: a defect on purpose, for tests of the fuzzer.</summary>
    public Action<int, byte[]>? Defect { get; init; }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="FindingException">Memory was written that must not be, frames are missing, or a pass does not end.</exception>
    public RouterOutcome Run(IReadOnlyList<RouterInput> inputs)
    {
        while (input < inputs.Count)
            Step(inputs);
        Finish();
        memory.Check();
        if (memory.Pool.Outstanding != 0)
            throw new FindingException(Oracles.Leak, $"{memory.Pool.Outstanding} frames did not come back");
        return new RouterOutcome(sent, engine.Counters, tooLong, received, engine.Neighbors.Snapshot(), setup.Tracer?.Hash ?? 0, isStarved);
    }

    /// <inheritdoc/>
    public void Transmit(int port, FrameVector frames)
    {
        for (var i = 0; i < frames.Count; i++)
        {
            if (SuperFrames.Is(frames[i]))
            {
                frames.Verdicts[i] = TransmitCut(port, frames[i]);
                continue;
            }

            var bytes = frames[i].Bytes;
            if (bytes.Length > network.Ports[port].LongestFrame)
            {
                frames.Verdicts[i] = Verdict.Drop(DropReason.TxTooLong);
                continue;
            }

            var copy = bytes.ToArray();
            Defect?.Invoke(port, copy);
            sent.Add(new SentFrame(input, now, port, copy));
            frames.Verdicts[i] = Verdict.Transmit;
        }
    }

    // As a port that takes no super-frame whole, which is how the kernel cuts those that it is given.
    private Verdict TransmitCut(int port, Frame superFrame)
    {
        if (!SuperFrames.TryPlan(superFrame, EthernetHeader.Size, out var plan) || plan.MaximumLength > memory.Pool.FrameCapacity)
            return Verdict.Drop(DropReason.RxOffloadInvalid);
        if (plan.MaximumLength > network.Ports[port].LongestFrame)
            return Verdict.Drop(DropReason.TxTooLong);
        for (var index = 0; index < plan.Count; index++)
        {
            var copy = new byte[plan.LengthOf(index)];
            plan.Write(index, superFrame.Bytes, copy);
            Defect?.Invoke(port, copy);
            sent.Add(new SentFrame(input, now, port, copy, index));
        }

        return Verdict.Transmit;
    }

    private void Step(IReadOnlyList<RouterInput> inputs)
    {
        var first = inputs[input];
        AdvanceTo(first.Time);
        if (first.Network is not null)
        {
            engine.Tables = tables[++changes];
            Tick();
            input++;
            return;
        }

        var next = input;
        do
        {
            // What is sent meanwhile is sent by this one.
            input = next;
            if (inputs[next].Offload is not null)
                AddSuperFrame(inputs[next], (uint)next + 1);
            else
                Add(first.Port, inputs[next].Frame!, (uint)next + 1);
            next++;
        }
        while (setup.Together && vector.Room > 0 && next < inputs.Count && inputs[next].Frame is not null && inputs[next].Port == first.Port && inputs[next].Time == first.Time);
        input = next - 1;
        if (vector.Count > 0)
            RunPass(first.Port);
        input++;
    }

    private void AddSuperFrame(RouterInput given, uint traceId)
    {
        var intake = new SuperFrameIntake(given.Frame!, given.Offload!.Value);
        while (true)
        {
            var before = vector.Count;
            var isDone = intake.TryAdd(memory.Pool, vector, now, setup.Tracer is null ? 0 : traceId);
            received += vector.Count - before;
            // Where nothing is left of the pool between two passes, the port loses the rest.
            isStarved |= !isDone && vector.Count == 0;
            if (isDone || vector.Count == 0)
                return;
            setup.Tracer?.BeginPass();
            engine.Process(given.Port, vector, now);
        }
    }

    private void Add(int port, byte[] bytes, uint traceId)
    {
        if (bytes.Length > network.Ports[port].LongestFrame)
        {
            tooLong++;
            return;
        }

        // The port loses what comes while frames that wait hold all memory.
        if (!memory.Pool.TryRent(out var frame))
        {
            isStarved = true;
            return;
        }

        received++;
        bytes.CopyTo(frame.Reset(memory.Pool, bytes.Length));
        ref var metadata = ref frame.Metadata;
        metadata.ReceivedAt = now;
        if (setup.Tracer is not null)
            metadata.TraceId = traceId;
        vector.Add(frame);
    }

    // As a worker: all ports in turn, then what is due by time; again while neighbors answer.
    private void RunPass(int port)
    {
        setup.Tracer?.BeginPass();
        engine.Process(port, vector, now);
        Tick();
    }

    private void Tick()
    {
        setup.Tracer?.BeginPass();
        engine.Tick(now);
        while (setup.AnswersArp && Answer())
        {
            for (var port = 0; port < replies.Length; port++)
            {
                while (vector.Room > 0 && replies[port].TryDequeue(out var reply))
                    Add(port, reply, ReplyTraceId);
                if (vector.Count > 0)
                    engine.Process(port, vector, now);
            }

            engine.Tick(now);
        }
    }

    // Asks of frames that were sent since the last call are answered.
    private bool Answer()
    {
        var any = false;
        for (; answered < sent.Count; answered++)
        {
            var (port, bytes) = (sent[answered].Port, sent[answered].Bytes);
            if (EthernetHeader.Parse(bytes, out var ethernet) != DropReason.None || ethernet.Type != EtherType.Arp
                || ArpHeader.Parse(ethernet.Payload, out var request) != DropReason.None || request.Operation != ArpOperation.Request)
            {
                continue;
            }

            var mac = new MacAddress(NeighborMacPrefix | request.TargetAddress.Value);
            var reply = new byte[EthernetHeader.Size + ArpHeader.Size];
            var header = EthernetHeader.Write(reply, request.SenderMac, mac, EtherType.Arp);
            ArpHeader.Write(header.Payload, ArpOperation.Reply, mac, request.TargetAddress, request.SenderMac, request.SenderAddress);
            replies[port].Enqueue(reply);
            any = true;
        }

        return any;
    }

    private void AdvanceTo(long time)
    {
        if (now == long.MinValue)
            now = time;
        var silence = Math.Min(time, now + LongestSilence);
        while (now + TimerInterval <= silence)
        {
            now += TimerInterval;
            Tick();
        }

        now = time;
    }

    private void Finish()
    {
        var end = now + LongestSilence;
        while (memory.Pool.Outstanding > 0 && now < end)
            AdvanceTo(now + TimerInterval);
        if (now != long.MinValue)
            engine.Flush(now);
    }
}
