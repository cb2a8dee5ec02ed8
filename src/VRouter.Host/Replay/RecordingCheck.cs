using System.Text.Json;
using VRouter.Core.Frames;
using VRouter.Core.Offload;
using VRouter.Host.Fuzz;
using VRouter.Host.Fuzz.Engine;
using VRouter.Host.Recording;
using VRouter.Io.Offload;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>
/// The fuzzer's checks on a recording that holds its router's configurations: the recorded frames and changes go through a router of one worker once more, in the order of their times. What is
/// left out is told.
/// </summary>
internal sealed class RecordingCheck
{
    /// <summary>All that is sent is kept in memory until it is compared, in some runs side by side.</summary>
    public const int MostFrames = 100_000;
    private const long MostBytes = 64 << 20;

    // Each has tables of its own.
    private const int MostNetworks = 100;

    private readonly RecordedNetworks networks = new();
    private readonly List<RecordedEvent> events = [];
    private readonly HashSet<long> changes = [];
    private readonly List<string> limits = [];
    private readonly List<RouterInput> inputs = [];
    private readonly int mostFrames;
    private FuzzNetwork? first;
    private int mostNeighbors;
    private long bytes;
    private int held;
    private long end = long.MaxValue;
    private int frames;

    private RecordingCheck(int mostFrames) => this.mostFrames = mostFrames;

    /// <summary>Runs what was recorded through stages and fused path, and checks what comes out.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="defect">A defect on purpose, see <see cref="FuzzRouter.Defect"/>.</param>
    /// <param name="mostFrames">Later ones are left out.</param>
    /// <exception cref="ReplayException">It cannot be read, or does not hold what the checks need.</exception>
    public static RecordingCheckView Run(string path, Action<int, byte[]>? defect = null, int mostFrames = MostFrames)
    {
        var recording = new RecordingCheck(mostFrames);
        try
        {
            using var reader = RecordingReader.Open(path);
            recording.Read(reader);
        }
        catch (CaptureException e)
        {
            throw new ReplayException(e.Message);
        }

        recording.Arrange();
        return recording.Check(path, defect);
    }

    private RecordingCheckView Check(string path, Action<int, byte[]>? defect)
    {
        if (first is null)
            throw new ReplayException($"{path} cannot be checked: {limits.FirstOrDefault("its router had no tables yet")}");
        using var checks = new RouterChecks { Defect = defect, AnswersArp = networks.NeighborsAnswer, MostNeighbors = mostNeighbors };
        var view = new RecordingCheckView { Frames = inputs.Count(input => input.Frame is not null), Sent = 0, Limits = limits };
        try
        {
            return view with { Sent = checks.Run(first, inputs, coverage: null, twice: true).Sent.Count };
        }
        catch (FindingException e)
        {
            return view with { Finding = $"{e.Finding.Oracle}: {e.Finding.Message}" };
        }
    }

    private void Read(RecordingReader reader)
    {
        var workers = reader.Header.Workers.Count;
        mostNeighbors = reader.Header.Engine.Neighbors.Capacity;
        if (workers > 1)
            limits.Add($"{workers} workers: their frames go to one, in the order of their times");
        var parsers = Enumerable.Range(0, workers).Select(_ => new PassParser()).ToList();
        while (reader.TryRead(out var chunk))
        {
            var blocks = new RecordedBlocks(chunk.Blocks.Span);
            while (blocks.Next())
            {
                RecordedPass? pass = null;
                var problem = chunk.Stream < 0 ? TakeControl(blocks)
                    : chunk.Stream >= workers ? $"a chunk of worker {chunk.Stream}, which there is not"
                    : Take(parsers[chunk.Stream], blocks, out pass);
                if (problem is not null)
                    throw reader.Fault(chunk.Offset + blocks.Offset, problem);
                if (pass is not null && pass.Now < end)
                    Take(pass);
            }

            // Other workers' passes of earlier times may be further on.
            if (held > 2 * mostFrames || bytes > 2 * MostBytes)
                KeepFirst();
        }

        KeepFirst();
        if (end < long.MaxValue)
            limits.Add($"only the first {held} frames: at most {mostFrames} frames and {MostBytes >> 20} MiB can be checked");
    }

    // Those of the earliest times, as far as all of one time can be held.
    private void KeepFirst()
    {
        if (held <= mostFrames && bytes <= MostBytes)
            return;
        (held, bytes) = (0, 0);
        foreach (var item in events.OrderBy(item => item.Time))
        {
            held += item.Frame is null ? 0 : 1;
            bytes += item.Frame?.Bytes.Length ?? 0;
            if (held <= mostFrames && bytes <= MostBytes)
                continue;
            end = item.Time;
            break;
        }

        events.RemoveAll(item => item.Time >= end);
        held = events.Count(item => item.Frame is not null);
        bytes = events.Sum(item => (long)(item.Frame?.Bytes.Length ?? 0));
    }

    private string? TakeControl(RecordedBlocks blocks)
    {
        try
        {
            if (blocks.Type == RecordingBlock.Configuration)
                networks.TakeConfiguration(blocks.Json);
            else if (blocks.Type == RecordingBlock.Tables)
                networks.TakeTables(blocks.Json);
            return null;
        }
        catch (JsonException e)
        {
            return $"what it says cannot be read: {e.Message}";
        }
    }

    private string? Take(PassParser parser, RecordedBlocks blocks, out RecordedPass? pass)
    {
        pass = null;
        return blocks.Type switch
        {
            RecordingBlock.Packet => parser.AddFrame(blocks.Body, (uint)++frames),
            RecordingBlock.Pass => parser.AddPass(blocks.Body, out pass),
            _ => null,
        };
    }

    private void Take(RecordedPass pass)
    {
        foreach (var step in pass.Steps)
        {
            // Each worker tells of it, the first one at the earliest of their times, before which none had it.
            if (step is PassStep.Tables tables)
                events.Add(new RecordedEvent(pass.Now, tables.Number, 0, null));
            else if (step is PassStep.Call { Port: >= 0 } call)
                Take(pass.Now, call);
        }
    }

    private void Take(long time, PassStep.Call call)
    {
        foreach (var frame in call.Frames)
        {
            held++;
            bytes += frame.Bytes.Length;
            events.Add(new RecordedEvent(time, 0, call.Port, frame));
        }
    }

    // One worker's are in their order, which a stable sort keeps.
    private void Arrange()
    {
        var (strangers, made, networkCount) = (0, 0L, 0L);
        FuzzNetwork? network = null;
        var isCurrent = false;
        foreach (var item in events.OrderBy(item => item.Time))
        {
            if (item.Change > 0 && changes.Add(item.Change))
            {
                made = item.Change;
                isCurrent = false;
                if (End(networks.Make(item.Change)))
                    break;
                continue;
            }

            if (item.Frame is not { } frame || (networks.NeighborsAnswer && frame.Remark is not { TraceId: > 0 }))
                continue;
            if (made == 0 || networks.PlaceOf(item.Port) is not { } place)
            {
                strangers++;
                continue;
            }

            if (!isCurrent)
            {
                if (networkCount++ == MostNetworks && End($"more than {MostNetworks} networks"))
                    break;
                network = networks.At(made, out var complaint);
                if (End(complaint))
                    break;
                isCurrent = true;
                if (first is null)
                    first = network;
                else
                    inputs.Add(new RouterInput(item.Time, 0, null, network));
            }

            inputs.Add(new RouterInput(item.Time, place, frame.Bytes, null, OffloadOf(frame)));
        }

        if (first is null && made > 0 && limits.Count == 0)
        {
            first = networks.At(made, out var complaint);
            End(complaint);
        }

        if (strangers > 0)
            limits.Add($"{strangers} frames of ports that no table had yet were left out");
    }

    private static VirtioNetHeader? OffloadOf(RecordedFrame frame)
    {
        if (frame.Remark is not { } remark || (remark.Flags & FrameFlags.SuperFrame) == 0)
            return null;
        var isTcp = remark.Segmentation == SegmentationKind.TcpSegments;
        return new VirtioNetHeader(
            VirtioNetHeader.NeedsChecksumFlag,
            isTcp ? VirtioNetHeader.GsoTcp4 : VirtioNetHeader.GsoUdpDatagrams,
            (ushort)(remark.PayloadStart - remark.Offset),
            remark.SegmentSize,
            (ushort)(remark.TransportStart - remark.Offset),
            (ushort)(isTcp ? 16 : 6));
    }

    private bool End(string? complaint)
    {
        if (complaint is not null)
            limits.Add(first is null ? complaint : $"what follows was left out: {complaint}");
        return complaint is not null;
    }
}
