using System.Text.Json;
using VRouter.Core.Graph;
using VRouter.Host.Api;
using VRouter.Host.Recording;
using VRouter.Host.Routing;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>Replays a recording: each worker's engine is given again what it was given, and is compared with what it did then.</summary>
internal sealed class RecordingReplay : IDisposable
{
    private readonly RecordingReader reader;
    private readonly List<PassParser> parsers;
    private readonly List<ReplayedWorker?> workers;
    private readonly Dictionary<long, TableStep> steps = [];
    private readonly List<RecordedTables> parts = [];
    private readonly List<string> interfaces = [];
    private readonly ReplayOutput? output;
    private uint frames;
    private RecordingEnd? end;

    private RecordingReplay(RecordingReader reader, int? only, ReplayTrace? trace, ReplayOutput? output)
    {
        (this.reader, this.output) = (reader, output);
        var count = reader.Header.Workers.Count;
        parsers = [.. Enumerable.Range(0, count).Select(_ => new PassParser())];
        workers = [.. Enumerable.Range(0, count).Select(index => only is null || index == only
            ? new ReplayedWorker(reader.Header, index, steps.GetValueOrDefault, NameOf, trace, output)
            : null)];
    }

    /// <summary>Replays a recording to its end, or to where it breaks off.</summary>
    /// <param name="options">What to replay, and how.</param>
    /// <param name="trace">Follows frames, or null.</param>
    /// <exception cref="ReplayException">The file is no recording that can be replayed, or the output cannot be written.</exception>
    public static RecordingReplayView Run(RecordingReplayOptions options, ReplayTrace? trace)
    {
        try
        {
            using var reader = RecordingReader.Open(options.Input);
            if (options.Worker is { } worker && (worker < 0 || worker >= reader.Header.Workers.Count))
                throw new ReplayException($"the recording has {reader.Header.Workers.Count} workers, numbered from 0; there is no worker {worker}");
            if (options.Output is not null && Path.GetFullPath(options.Output) == Path.GetFullPath(options.Input))
                throw new ReplayException($"the output {options.Output} is the input");
            using var output = options.Output is null ? null : new ReplayOutput(CaptureWriter.Create(options.Output), reader.Header);
            using var replay = new RecordingReplay(reader, options.Worker, trace, output);
            return replay.Run();
        }
        catch (Exception e) when (e is CaptureException or IOException)
        {
            throw new ReplayException(e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var worker in workers)
            worker?.Dispose();
    }

    private RecordingReplayView Run()
    {
        while (workers.All(worker => worker?.Difference is null) && reader.TryRead(out var chunk))
        {
            if (chunk.Stream == RecordingBlock.ControlStream)
                TakeControl(chunk);
            else if ((uint)chunk.Stream < (uint)workers.Count)
                TakeWorker(chunk);
            else
                throw reader.Fault(chunk.Offset, $"a chunk of worker {chunk.Stream}, which there is not");
        }

        return Describe();
    }

    private void TakeControl(RecordedChunk chunk)
    {
        var blocks = new RecordedBlocks(chunk.Blocks.Span);
        while (blocks.Next())
        {
            var at = chunk.Offset + blocks.Offset;
            try
            {
                if (blocks.Type == RecordingBlock.Interface)
                    interfaces.Add(InterfaceName.Of(blocks.Body));
                else if (blocks.Type == RecordingBlock.Tables)
                    TakeTables(JsonSerializer.Deserialize(blocks.Json, RecordingJson.Default.RecordedTables));
                else if (blocks.Type == RecordingBlock.End)
                    end = JsonSerializer.Deserialize(blocks.Json, RecordingJson.Default.RecordingEnd);
            }
            catch (JsonException e)
            {
                throw reader.Fault(at, $"what it says cannot be read: {e.Message}", e);
            }
        }
    }

    private void TakeTables(RecordedTables? part)
    {
        if (part is null || part.Change <= 0 || (parts.Count > 0 && parts[0].Change != part.Change))
            throw new JsonException("a change of tables without its number, or one within another");
        parts.Add(part);
        if (part.More)
            return;
        steps[part.Change] = RecordedTables.Join(parts);
        parts.Clear();
    }

    private void TakeWorker(RecordedChunk chunk)
    {
        var (parser, worker) = (parsers[chunk.Stream], workers[chunk.Stream]);
        var blocks = new RecordedBlocks(chunk.Blocks.Span);
        while (blocks.Next() && worker?.Difference is null)
        {
            RecordedPass? pass = null;
            var problem = blocks.Type switch
            {
                RecordingBlock.Packet => parser.AddFrame(blocks.Body, ++frames),
                RecordingBlock.Pass => parser.AddPass(blocks.Body, out pass),
                RecordingBlock.Counters => null,
                _ => $"a block of type 0x{blocks.Type:x8} among a worker's",
            };
            if (problem is not null)
                throw reader.Fault(chunk.Offset + blocks.Offset, problem);
            if (pass is not null)
                worker?.Run(pass);
            if (blocks.Type == RecordingBlock.Counters)
                worker?.Compare(blocks.Body);
        }
    }

    private string? NameOf(uint number) => number < interfaces.Count ? interfaces[(int)number] : null;

    private RecordingReplayView Describe()
    {
        var replayed = workers.OfType<ReplayedWorker>().ToList();
        var parts = replayed.Select(worker => new WorkerCountersView(
            $"worker-{worker.Index}",
            OutcomeView.Of(worker.Engine.Counters.Received),
            OutcomeView.Of(worker.Engine.Counters.Originated),
            worker.Ports.Totals())).ToList();
        var difference = replayed.Select(worker => worker.Difference).FirstOrDefault(found => found is not null);
        var header = reader.Header;
        return new RecordingReplayView
        {
            Node = header.Node,
            RecordedBy = header.Program,
            Workers = header.Workers.Count,
            Frames = frames,
            Passes = replayed.Sum(worker => worker.Passes),
            TableChanges = steps.Count,
            IsIdentical = difference is null,
            Difference = difference is null || header.Program == RouterRecording.Version
                ? difference
                : $"{difference}; vRouter {header.Program} recorded, and this is {RouterRecording.Version}",
            End = difference is not null ? "the replay ended at the difference"
                : reader.Break ?? end?.Reason ?? "the file ends without saying why: the router was killed, or still runs",
            IsComplete = difference is null && reader.Break is null && end is { IsComplete: true },
            Counters = new CountersView(
                parts.Select(part => part.Received).Aggregate((sum, part) => sum.Plus(part)),
                parts.Select(part => part.Originated).Aggregate((sum, part) => sum.Plus(part)),
                [.. parts.SelectMany(part => part.Ports).GroupBy(port => port.Name).Select(port => port.Aggregate((sum, part) => sum.Plus(part)))],
                new PortTotals("closed", 0, 0, 0, 0, 0, 0),
                parts),
            Drops = DropsOf(replayed),
        };
    }

    private static List<DropView> DropsOf(IReadOnlyList<ReplayedWorker> replayed)
    {
        var views = new List<DropView>();
        foreach (var reason in DropReasons.All)
        {
            var count = replayed.Sum(worker => worker.Engine.Counters.DropsOf(reason));
            if (count == 0)
                continue;
            var ports = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var worker in replayed)
            {
                for (var port = 0; worker.Engine.Counters.DropsOfPort(port) is { } drops; port++)
                {
                    if (drops[(int)reason] > 0)
                        ports[worker.Ports[port]] = ports.GetValueOrDefault(worker.Ports[port]) + drops[(int)reason];
                }
            }

            var info = DropReasons.Describe(reason);
            views.Add(new DropView(DropReasons.Label(reason), count, info.Severity.ToString().ToLowerInvariant(), info.Sentence, ports));
        }

        return [.. views.OrderByDescending(view => view.Count).ThenBy(view => view.Reason, StringComparer.Ordinal)];
    }
}
