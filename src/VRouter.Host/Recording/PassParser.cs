using System.Buffers.Binary;
using VRouter.Core.Graph;
using VRouter.Core.Tables;

namespace VRouter.Host.Recording;

/// <summary>Puts one worker's passes together from its blocks.</summary>
internal sealed class PassParser
{
    private const int MostBytes = 1 << 28;

    private readonly Queue<RecordedFrame> frames = new();
    private readonly List<byte> operations = [];
    private long waitingBytes;
    private long passes;

    /// <summary>Takes a packet block's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="number">The frame's number in the file.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public string? AddFrame(ReadOnlySpan<byte> body, uint number)
    {
        const int fixedPart = RecordingBlock.PacketHeader - 8;
        if (body.Length < fixedPart)
            return "a packet block is too short";
        var length = BinaryPrimitives.ReadUInt32LittleEndian(body[12..]);
        if (length > body.Length - fixedPart)
            return "a frame is longer than its block";
        waitingBytes += length;
        if (waitingBytes > MostBytes)
            return "frames that belong to no pass";
        frames.Enqueue(new RecordedFrame(number, BinaryPrimitives.ReadUInt32LittleEndian(body), body.Slice(fixedPart, (int)length).ToArray()));
        return null;
    }

    /// <summary>Takes a pass block's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="pass">The pass, if it is complete by this.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public string? AddPass(ReadOnlySpan<byte> body, out RecordedPass? pass)
    {
        pass = null;
        if (body.Length < 16)
            return "a pass block is too short";
        var used = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);
        if (used > body.Length - 16)
            return "a pass is longer than its block";
        operations.AddRange(body.Slice(16, (int)used));
        if (operations.Count > MostBytes)
            return "a pass without an end";
        if ((BinaryPrimitives.ReadUInt32LittleEndian(body[12..]) & RecordingBlock.MoreFollows) != 0)
            return null;
        var all = operations.ToArray();
        operations.Clear();
        waitingBytes = 0;
        return Parse(BinaryPrimitives.ReadInt64LittleEndian(body), all, out pass);
    }

    private string? Parse(long now, ReadOnlySpan<byte> rest, out RecordedPass? pass)
    {
        pass = null;
        var steps = new List<PassStep>();
        var remarks = new Dictionary<int, FrameRemark>();
        while (!rest.IsEmpty)
        {
            var operation = (PassOperation)rest[0];
            rest = rest[1..];
            var size = SizeOf(operation);
            if (size < 0 || size > rest.Length)
                return $"an entry of kind {(byte)operation} in a pass, which is unknown or cut off";
            var entry = rest[..size];
            rest = rest[size..];
            if (operation == PassOperation.End)
            {
                if (!rest.IsEmpty || frames.Count > 0)
                    return "a pass that goes on behind its end";
                pass = new RecordedPass(++passes, now, steps, BinaryPrimitives.ReadUInt64LittleEndian(entry));
                return null;
            }

            if (operation == PassOperation.Remark)
                remarks[FrameRemark.Read(entry).Index] = FrameRemark.Read(entry);
            else if (operation == PassOperation.Transmit ? AddTransmission(entry, ref rest, steps) : Add(operation, entry, steps, remarks))
                continue;
            else
                return $"an entry of kind {(byte)operation} at an impossible place of a pass";
        }

        return "a pass without an end";
    }

    private static int SizeOf(PassOperation operation) => operation switch
    {
        PassOperation.Tables => 8,
        PassOperation.Attach => 6,
        PassOperation.Detach => 2,
        PassOperation.Remark => FrameRemark.Size - 1,
        PassOperation.Process => 14,
        PassOperation.Tick => 8,
        PassOperation.Notice => 27,
        PassOperation.Transmit => 14,
        PassOperation.End => 8,
        _ => -1,
    };

    private bool Add(PassOperation operation, ReadOnlySpan<byte> entry, List<PassStep> steps, Dictionary<int, FrameRemark> remarks)
    {
        switch (operation)
        {
            case PassOperation.Tables:
                steps.Add(new PassStep.Tables(BinaryPrimitives.ReadInt64LittleEndian(entry)));
                return true;
            case PassOperation.Attach:
                steps.Add(new PassStep.Attach(BinaryPrimitives.ReadInt16LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[2..])));
                return BinaryPrimitives.ReadInt16LittleEndian(entry) >= 0;
            case PassOperation.Detach:
                steps.Add(new PassStep.Detach(BinaryPrimitives.ReadInt16LittleEndian(entry)));
                return true;
            case PassOperation.Process:
                return AddVector(entry, steps, remarks);
            case PassOperation.Tick:
                steps.Add(new PassStep.Call(-1, 0, FreeFrames.Read(entry), []));
                return true;
            default:
                return AddNotice(entry, steps);
        }
    }

    private bool AddVector(ReadOnlySpan<byte> entry, List<PassStep> steps, Dictionary<int, FrameRemark> remarks)
    {
        var port = BinaryPrimitives.ReadInt16LittleEndian(entry);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]);
        if (port < 0 || count > Core.Frames.FrameVector.MaxCount || count > frames.Count || remarks.Keys.Any(index => index >= count))
            return false;
        var vector = new RecordedFrame[count];
        for (var i = 0; i < count; i++)
        {
            var frame = frames.Dequeue();
            vector[i] = remarks.TryGetValue(i, out var remark) ? frame with { Remark = remark } : frame;
        }

        remarks.Clear();
        steps.Add(new PassStep.Call(port, BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]), FreeFrames.Read(entry[6..]), vector));
        return true;
    }

    private static bool AddNotice(ReadOnlySpan<byte> entry, List<PassStep> steps)
    {
        if (steps is not [.., PassStep.Call call] || entry[0] > (byte)NeighborNoticeKind.Heard)
            return false;
        call.Notices.Add(new NeighborNotice(
            (NeighborNoticeKind)entry[0],
            BinaryPrimitives.ReadUInt16LittleEndian(entry[1..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[3..]),
            BinaryPrimitives.ReadUInt64LittleEndian(entry[11..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[19..])));
        return true;
    }

    private static bool AddTransmission(ReadOnlySpan<byte> entry, ref ReadOnlySpan<byte> rest, List<PassStep> steps)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]);
        var others = BinaryPrimitives.ReadUInt16LittleEndian(entry[12..]);
        if (steps is not [.., PassStep.Call call] || others > count || rest.Length < 4 * others)
            return false;
        var verdicts = new (int, Verdict)[others];
        for (var i = 0; i < others; i++)
        {
            var index = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (index >= count || !RecordedVerdict.TryDecode(BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]), out var verdict))
                return false;
            verdicts[i] = (index, verdict);
            rest = rest[4..];
        }

        call.Transmissions.Add(new RecordedTransmission(
            BinaryPrimitives.ReadInt16LittleEndian(entry), count, FreeFrames.Read(entry[4..]), verdicts));
        return true;
    }
}
