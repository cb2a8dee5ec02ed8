using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Io.Ports;

/// <summary>
/// A port on files: it receives the frames of a capture and writes what it transmits to another. A fault of either file takes the port down, with
/// the fault as the reason.
/// </summary>
public sealed class PcapPort : IPort
{
    private readonly CaptureReader? input;
    private readonly string? inputInterface;
    private readonly PcapPacing pacing;
    private readonly CaptureWriter? output;
    private readonly int outputInterface;
    private readonly long clockToUnix;

    private FramePool? pendingPool;
    private Frame pending;
    private long pendingTime;
    private bool hasStarted;
    private long timeOffset;
    private long lastNow;

    /// <summary>Opens a port; either file may be absent.</summary>
    /// <param name="name">The port's name.</param>
    /// <param name="mac">The MAC address of the router's side.</param>
    /// <param name="mtu">The largest IP packet in bytes.</param>
    /// <param name="input">What is received; owned by the port. Null: nothing.</param>
    /// <param name="output">Where transmitted frames go; not owned, since several ports may share a file. Null: they are counted and forgotten.</param>
    /// <param name="inputInterface">Receives only the frames of the interface of this name in the input; null: all.</param>
    /// <param name="pacing">When captured frames are received.</param>
    /// <param name="clockToUnix">What to add to the worker's clock for the output's timestamps, in nanoseconds.</param>
    public PcapPort(
        string name,
        MacAddress mac,
        int mtu,
        CaptureReader? input,
        CaptureWriter? output,
        string? inputInterface = null,
        PcapPacing pacing = PcapPacing.Immediate,
        long clockToUnix = 0)
    {
        Name = name;
        Mac = mac;
        Mtu = mtu;
        this.input = input;
        this.output = output;
        this.inputInterface = inputInterface;
        this.pacing = pacing;
        this.clockToUnix = clockToUnix;
        outputInterface = output?.AddInterface(name) ?? 0;
        IsExhausted = input is null;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Driver => "pcap";

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public MacAddress Mac { get; }

    /// <summary>Always -1: files are always readable.</summary>
    public int Descriptor => -1;

    /// <inheritdoc/>
    public PortCounters Counters { get; } = new();

    /// <inheritdoc/>
    public PortState State { get; private set; } = PortState.Up;

    /// <summary>True once every frame of the input was received, or the input failed.</summary>
    public bool IsExhausted { get; private set; }

    /// <inheritdoc/>
    public int Receive(FramePool pool, FrameVector vector, long now)
    {
        lastNow = now;
        var before = vector.Count;
        while (vector.Room > 0 && (!pending.IsNull || TryReadNext(pool)))
        {
            if (pacing == PcapPacing.Original && !IsDue(now))
                break;
            FrameIntake.Add(vector, pending, now, Counters);
            pending = default;
        }

        return vector.Count - before;
    }

    /// <inheritdoc/>
    public void Transmit(FrameVector vector)
    {
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            var bytes = vector[i].Bytes;
            verdicts[i] = PortTransmission.Count(Counters, bytes.Length, Write(bytes));
        }
    }

    /// <summary>Closes the input and returns the frame that waits for its time.</summary>
    public void Dispose()
    {
        if (!pending.IsNull)
            pendingPool!.Return(pending);
        pending = default;
        input?.Dispose();
    }

    private bool IsDue(long now)
    {
        if (!hasStarted)
        {
            hasStarted = true;
            timeOffset = now - pendingTime;
        }

        return pendingTime + timeOffset <= now;
    }

    private bool TryReadNext(FramePool pool)
    {
        while (!IsExhausted && pool.Available > 0)
        {
            try
            {
                if (!input!.TryRead(out var captured))
                {
                    IsExhausted = true;
                    return false;
                }

                if (inputInterface is not null && input.Interfaces[captured.Interface].Name != inputInterface)
                    continue;
                if (captured.Bytes.Length < captured.OriginalLength)
                {
                    Counters.CountReceiveDrop(DropReason.RxTruncated);
                    continue;
                }

                if (!FrameIntake.Fits(pool, captured.Bytes.Length, Counters) || !pool.TryRent(out pending))
                    continue;
                captured.Bytes.CopyTo(pending.Reset(pool, captured.Bytes.Length));
                pendingPool = pool;
                pendingTime = captured.Timestamp;
                return true;
            }
            catch (CaptureException e)
            {
                IsExhausted = true;
                State = PortState.Down(e.Message);
            }
        }

        return false;
    }

    private DropReason Write(ReadOnlySpan<byte> bytes)
    {
        if (!State.IsUp)
            return DropReason.PortDown;
        try
        {
            output?.Write(outputInterface, Math.Max(0, lastNow + clockToUnix), bytes);
            return DropReason.None;
        }
        catch (IOException e)
        {
            State = PortState.Down($"the output cannot be written: {e.Message}");
            return DropReason.PortDown;
        }
    }
}
