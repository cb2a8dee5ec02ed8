using System.Buffers.Binary;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Io.Ports;

namespace VRouter.Host.Recording;

/// <summary>
/// Writes down what one worker's engine is given, pass by pass, as blocks of the file, in memory that was taken at the start. Between two passes nothing is half
/// written; if there is no room for a pass, the recording ends, and the worker goes on. Calls come from the worker's thread unless said otherwise; none waits or
/// allocates.
/// </summary>
internal sealed class WorkerRecorder
{
    // Passes that find nothing are not worth a line each; at this interval timers are looked at, and the look is recorded.
    private const long TimerInterval = 1_000_000;

    private const int OperationBytes = 16 << 10;

    // Room in a chunk that packet blocks leave, for the end of the pass.
    private const int PassRoom = OperationBytes + 64;

    private readonly RouterRecording recording;
    private readonly FramePool pool;
    private readonly ChunkQueue queue;
    private readonly byte[] operations = new byte[OperationBytes];
    private GraphCounters? counters;
    private uint[] interfaces = [];
    private OutputDigest digest;
    private byte[] chunk;
    private int length;
    private int used;
    private long now;
    private long lastTick = long.MinValue;
    private long frames;
    private bool isActive = true;
    private bool isNewChunk;

    /// <summary>Takes its memory.</summary>
    /// <param name="recording">Whose part it is.</param>
    /// <param name="worker">The worker's index.</param>
    /// <param name="pool">The worker's frames.</param>
    /// <param name="queue">Where chunks go.</param>
    public WorkerRecorder(RouterRecording recording, int worker, FramePool pool, ChunkQueue queue)
    {
        (this.recording, Worker, this.pool, this.queue) = (recording, worker, pool, queue);
        chunk = queue.Current;
    }

    /// <summary>The worker's index.</summary>
    public int Worker { get; }

    /// <summary>Frames written down so far. For any thread.</summary>
    public long Frames => Volatile.Read(ref frames);

    /// <summary>Says what is to be counted along; before the first pass.</summary>
    public void Follow(GraphCounters graph, NeighborSeat? seat)
    {
        counters = graph;
        if (seat is not null)
            seat.NoticeTaken = Notice;
    }

    /// <summary>Writes a port down as an interface of the file. Any thread, before <see cref="Attached"/>.</summary>
    /// <returns>The interface's number.</returns>
    public uint Declare(int index, IPort port) => recording.Declare(Worker, index, port);

    /// <summary>A pass begins.</summary>
    public void Begin(long time)
    {
        now = time;
        recording.BeforePass();
        isActive &= !recording.HasEnded;
    }

    /// <summary>A port came.</summary>
    public void Attached(int index, uint number)
    {
        if (interfaces.Length <= index)
            Array.Resize(ref interfaces, index + 1);
        interfaces[index] = number;
        if (!TryReserve(7, out var entry))
            return;
        entry[0] = (byte)PassOperation.Attach;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[1..], (ushort)index);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[3..], number);
    }

    /// <summary>A port went.</summary>
    public void Detached(int index)
    {
        if (!TryReserve(3, out var entry))
            return;
        entry[0] = (byte)PassOperation.Detach;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[1..], (ushort)index);
    }

    /// <summary>A change of the tables takes effect now.</summary>
    public void TablesChanged(long number)
    {
        if (!TryReserve(9, out var entry))
            return;
        entry[0] = (byte)PassOperation.Tables;
        BinaryPrimitives.WriteInt64LittleEndian(entry[1..], number);
    }

    /// <summary>A vector was received and is about to be forwarded.</summary>
    public void Received(int port, FrameVector vector)
    {
        if (!isActive)
            return;
        var stamp = (ulong)(now + recording.ClockOffset);
        var offset = vector[0].Metadata.Offset;
        for (var i = 0; i < vector.Count; i++)
        {
            var frame = vector[i];
            if (!TryWrite(interfaces[port], stamp, frame.Bytes))
                return;
            var isLarge = pool.CapacityOf(frame) > pool.FrameCapacity;
            if (FrameRemark.IsDue(frame.Metadata, offset, isLarge, now) && TryReserve(FrameRemark.Size, out var remark))
                FrameRemark.Of(i, frame.Metadata, isLarge).Write(remark);
        }

        Volatile.Write(ref frames, frames + vector.Count);
        if (!TryReserve(15, out var entry))
            return;
        entry[0] = (byte)PassOperation.Process;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[1..], (ushort)port);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[3..], (ushort)vector.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[5..], (ushort)offset);
        BinaryPrimitives.WriteInt32LittleEndian(entry[7..], pool.Available);
        BinaryPrimitives.WriteInt32LittleEndian(entry[11..], pool.AvailableLarge);
    }

    /// <summary>Whether the pass looks at the timers: all that do are recorded.</summary>
    /// <param name="hasNotices">A notice waits.</param>
    public bool MayTick(bool hasNotices)
    {
        if (!isActive)
            return true;
        if (used == 0 && !hasNotices && now - TimerInterval < lastTick)
            return false;
        lastTick = now;
        if (TryReserve(9, out var entry))
        {
            entry[0] = (byte)PassOperation.Tick;
            BinaryPrimitives.WriteInt32LittleEndian(entry[1..], pool.Available);
            BinaryPrimitives.WriteInt32LittleEndian(entry[5..], pool.AvailableLarge);
        }

        return true;
    }

    /// <summary>A port is about to be given frames.</summary>
    public void Sending(int port, FrameVector vector)
    {
        if (!isActive)
            return;
        foreach (var frame in vector.Frames)
            digest.Add(port, frame);
    }

    /// <summary>A port was given frames, and the verdicts are written.</summary>
    public void Sent(int port, FrameVector vector)
    {
        if (!TryReserve(15 + (4 * vector.Count), out var entry))
            return;
        entry[0] = (byte)PassOperation.Transmit;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[1..], (ushort)port);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[3..], (ushort)vector.Count);
        BinaryPrimitives.WriteInt32LittleEndian(entry[5..], pool.Available);
        BinaryPrimitives.WriteInt32LittleEndian(entry[9..], pool.AvailableLarge);
        var others = 0;
        var verdicts = vector.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i] == Verdict.Transmit)
                continue;
            BinaryPrimitives.WriteUInt16LittleEndian(entry[(15 + (4 * others))..], (ushort)i);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[(17 + (4 * others))..], RecordedVerdict.Encode(verdicts[i]));
            others++;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(entry[13..], (ushort)others);
        used -= 4 * (vector.Count - others);
    }

    /// <summary>The pass is complete.</summary>
    public void End()
    {
        if (!isActive || used == 0)
            return;
        if (TryReserve(9, out var entry))
        {
            entry[0] = (byte)PassOperation.End;
            BinaryPrimitives.WriteUInt64LittleEndian(entry[1..], digest.Value);
        }

        // Whatever ended the recording may have reached into this pass.
        if (recording.HasEnded || !TryWriteOperations(more: false))
        {
            isActive = false;
            return;
        }

        if (isNewChunk)
            WriteCounters();
        if (recording.IsFlushWanted(Worker))
            HandOver();
    }

    /// <summary>Ends it after the last pass: on the worker's thread, or after that has ended.</summary>
    /// <returns>What was not handed over.</returns>
    public ReadOnlySpan<byte> Finish()
    {
        if (!isActive)
            return [];
        WriteCounters();
        var rest = isActive ? chunk.AsSpan(0, length) : [];
        isActive = false;
        return rest;
    }

    private void Notice(NeighborNotice notice)
    {
        if (!TryReserve(28, out var entry))
            return;
        entry[0] = (byte)PassOperation.Notice;
        entry[1] = (byte)notice.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)notice.From);
        BinaryPrimitives.WriteInt64LittleEndian(entry[4..], notice.Key);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[12..], notice.Mac);
        BinaryPrimitives.WriteInt64LittleEndian(entry[20..], notice.At);
    }

    private bool TryReserve(int count, out Span<byte> entry)
    {
        entry = default;
        if (!isActive || (used + count > OperationBytes && !TryWriteOperations(more: true)))
            return false;
        entry = operations.AsSpan(used, count);
        used += count;
        return true;
    }

    private bool TryWrite(uint number, ulong stamp, ReadOnlySpan<byte> frame)
    {
        var total = RecordingBlock.PacketHeader + RecordingBlock.Align(frame.Length) + 4;
        if (!TryMakeRoom(total + PassRoom))
            return false;
        var block = chunk.AsSpan(length, total);
        BinaryPrimitives.WriteUInt32LittleEndian(block, RecordingBlock.Packet);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], total);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)(stamp >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], (uint)stamp);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], frame.Length);
        // Bytes that fill up to the next field are zero.
        BinaryPrimitives.WriteUInt32LittleEndian(block[^8..], 0);
        frame.CopyTo(block[RecordingBlock.PacketHeader..]);
        BinaryPrimitives.WriteInt32LittleEndian(block[^4..], total);
        length += total;
        return true;
    }

    private bool TryWriteOperations(bool more)
    {
        var total = RecordingBlock.Overhead + 16 + RecordingBlock.Align(used);
        if (!TryMakeRoom(total))
            return false;
        var block = chunk.AsSpan(length, total);
        BinaryPrimitives.WriteUInt32LittleEndian(block, RecordingBlock.Pass);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], total);
        BinaryPrimitives.WriteInt64LittleEndian(block[8..], now);
        BinaryPrimitives.WriteInt32LittleEndian(block[16..], used);
        BinaryPrimitives.WriteUInt32LittleEndian(block[20..], more ? RecordingBlock.MoreFollows : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(block[^8..], 0);
        operations.AsSpan(0, used).CopyTo(block[24..]);
        BinaryPrimitives.WriteInt32LittleEndian(block[^4..], total);
        length += total;
        used = 0;
        return true;
    }

    private void WriteCounters()
    {
        if (counters is null)
            return;
        var total = RecordingBlock.Overhead + (8 * CounterList.CountOf(counters));
        if (!TryMakeRoom(total))
            return;
        isNewChunk = false;
        var block = chunk.AsSpan(length, total);
        BinaryPrimitives.WriteUInt32LittleEndian(block, RecordingBlock.Counters);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], total);
        CounterList.Write(counters, block[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(block[^4..], total);
        length += total;
    }

    private bool TryMakeRoom(int bytes) => chunk.Length - length >= bytes || (HandOver() && chunk.Length >= bytes);

    private bool HandOver()
    {
        if (length == 0)
            return true;
        if (!queue.TryHandOver(length))
        {
            isActive = false;
            recording.Lose();
            return false;
        }

        chunk = queue.Current;
        length = 0;
        isNewChunk = true;
        return true;
    }
}
