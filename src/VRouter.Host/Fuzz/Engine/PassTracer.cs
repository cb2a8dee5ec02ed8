using VRouter.Core.Frames;
using VRouter.Core.Graph;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// Follows frames through the graph: features for the coverage, a hash for comparing runs, and a limit on the steps that one pass may take.
/// </summary>
internal sealed class PassTracer : IGraphTracer
{
    // A frame passes fewer than 32 stages; the longest packet becomes some thousand fragments, each of which passes a few.
    private const int MostSteps = 100_000;

    private readonly Dictionary<string, uint> numbers = [];
    private readonly Dictionary<uint, uint> last = [];
    private int steps;

    /// <summary>Told each stage's verdict after the one before; null: nobody is.</summary>
    public Coverage? Coverage { get; set; }

    /// <summary>Over all verdicts, and the frames as they were after them.</summary>
    public ulong Hash { get; private set; }

    /// <summary>A router begins.</summary>
    public void Begin()
    {
        last.Clear();
        Hash = 0xcbf2_9ce4_8422_2325;
    }

    /// <summary>A pass begins.</summary>
    public void BeginPass() => steps = 0;

    /// <inheritdoc/>
    public void Record(long now, string stage, Verdict verdict, string? next, Frame frame)
    {
        if (++steps > MostSteps)
            throw new FindingException(Oracles.Hang, $"one pass took more than {MostSteps} steps; the last one: {stage}, {verdict}");
        ref var metadata = ref frame.Metadata;
        var step = (NumberOf(stage) << 16) ^ (uint)verdict.GetHashCode();
        Mix(step);
        Mix(metadata.TraceId);
        MixBytes(frame.Bytes);
        if (Coverage is null)
            return;
        var id = metadata.TraceId;
        Coverage.Add(last.GetValueOrDefault(id), step);
        last[id] = step;
    }

    // By the name's letters, so that it is the same for all tracers.
    private uint NumberOf(string stage)
    {
        if (numbers.TryGetValue(stage, out var number))
            return number;
        foreach (var letter in stage)
            number = (number * 31) + letter;
        numbers.Add(stage, number);
        return number;
    }

    private void Mix(ulong value) => Hash = (Hash ^ value) * 0x0000_0100_0000_01b3;

    private void MixBytes(ReadOnlySpan<byte> bytes)
    {
        Mix((ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            Mix(BitConverter.ToUInt64(bytes));
            Hash = ulong.RotateLeft(Hash, 23);
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
            Mix(value);
    }
}
