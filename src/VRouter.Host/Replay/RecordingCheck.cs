using System.Text;
using System.Text.Json;
using VRouter.Host.Configuration;
using VRouter.Host.Fuzz;
using VRouter.Host.Fuzz.Engine;
using VRouter.Host.Recording;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>The fuzzer's checks on a recording that holds its router's configurations, as those of the fuzzer's finds do: its frames and changes, in their order and at their times.</summary>
internal sealed class RecordingCheck
{
    private readonly List<RecordedConfiguration> configurations = [];
    private readonly Dictionary<RecordedConfiguration, FuzzNetwork> networks = [];
    private readonly List<RouterInput> inputs = [];
    private FuzzNetwork? first;
    private FuzzNetwork? current;

    private RecordingCheck()
    {
    }

    /// <summary>Runs what was recorded through stages and fused path, and checks what comes out.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="defect">A defect on purpose, see <see cref="FuzzRouter.Defect"/>.</param>
    /// <returns>What is wrong, or null.</returns>
    /// <exception cref="ReplayException">It cannot be read, or does not hold what the checks need.</exception>
    public static string? Run(string path, Action<int, byte[]>? defect = null)
    {
        var recording = new RecordingCheck();
        try
        {
            using var reader = RecordingReader.Open(path);
            if (reader.Header.Workers.Count != 1)
                throw new ReplayException($"the checks are for one worker, and {path} is of {reader.Header.Workers.Count}");
            recording.Read(reader);
        }
        catch (CaptureException e)
        {
            throw new ReplayException(e.Message);
        }

        if (recording.first is not { } network)
            throw new ReplayException($"{path} does not hold its router's configuration, which the checks need; those of the fuzzer's finds do");
        using var checks = new RouterChecks { Defect = defect };
        try
        {
            checks.Run(network, recording.inputs, coverage: null, twice: true);
            return null;
        }
        catch (FindingException e)
        {
            return $"{e.Finding.Oracle}: {e.Finding.Message}";
        }
    }

    private void Read(RecordingReader reader)
    {
        var parser = new PassParser();
        var frames = 0u;
        while (reader.TryRead(out var chunk))
        {
            var blocks = new RecordedBlocks(chunk.Blocks.Span);
            while (blocks.Next())
            {
                RecordedPass? pass = null;
                var problem = blocks.Type switch
                {
                    RecordingBlock.Configuration => Take(blocks.Json),
                    RecordingBlock.Packet => parser.AddFrame(blocks.Body, ++frames),
                    RecordingBlock.Pass => parser.AddPass(blocks.Body, out pass),
                    _ => null,
                };
                if (problem is not null)
                    throw reader.Fault(chunk.Offset + blocks.Offset, problem);
                if (pass is not null)
                    Take(pass);
            }
        }
    }

    private string? Take(ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, RecordingJson.Default.RecordedConfiguration) is { } configuration)
                configurations.Add(configuration);
            return null;
        }
        catch (JsonException e)
        {
            return $"what it says cannot be read: {e.Message}";
        }
    }

    private void Take(RecordedPass pass)
    {
        foreach (var step in pass.Steps)
        {
            if (step is PassStep.Tables tables && configurations.FindLast(item => item.Change <= tables.Number) is { } configuration)
                Change(pass.Now, configuration);
            // What has no number was not given to the router but answered by its neighbors, as they will again.
            else if (step is PassStep.Call { Port: >= 0 } call)
                inputs.AddRange(call.Frames.Where(frame => frame.Remark is { TraceId: > 0 }).Select(frame => new RouterInput(pass.Now, call.Port, frame.Bytes, null)));
        }
    }

    private void Change(long time, RecordedConfiguration configuration)
    {
        if (!networks.TryGetValue(configuration, out var network))
            networks.Add(configuration, network = NetworkOf(configuration));
        if (network == current)
            return;
        current = network;
        if (first is null)
            first = network;
        else
            inputs.Add(new RouterInput(time, 0, null, network));
    }

    private static FuzzNetwork NetworkOf(RecordedConfiguration configuration)
    {
        var result = ConfigurationLoader.Load([new ConfigurationFile($"configuration of change {configuration.Change}", Encoding.UTF8.GetBytes(configuration.Text))]);
        return result.State?.FindRouter(configuration.Node) is not null
            ? FuzzNetwork.Of(result.State, configuration.Node)
            : throw new ReplayException($"a configuration in the recording is not valid: {string.Join("; ", result.Diagnostics)}");
    }
}
