using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>
/// Which of a worker's many ports a pass receives from: those that have frames as far as the kernel tells, those that no descriptor tells of, and, one after the other, all others, since a port
/// looks after its interface (state, MTU, errors) when it is asked for frames. One thread.
/// </summary>
public sealed class ReceiveTurns
{
    /// <summary>Time between two ports that are asked only to look after their interfaces; of fewer than a hundred, more, so that each is asked every 100 ms.</summary>
    public const long LeastInterval = 1_000_000;

    /// <summary>The most ports that one pass asks so, however long the worker has slept.</summary>
    public const int MostAtOnce = 64;

    private const long Round = 100_000_000;
    private const long SleepingRound = 1_000_000_000;
    private readonly List<int> always = [];
    private readonly List<int> again = [];
    private int[] next = [];
    private bool[] isNext = [];
    private int[] all = [];
    private int count;
    private int cursor;
    private long due = long.MinValue;
    private long lastReady = long.MinValue / 2;

    /// <summary>Begins with these ports, by index; null where there is none.</summary>
    public void Reset(IReadOnlyList<IPort?> ports)
    {
        always.Clear();
        again.Clear();
        all = [.. Enumerable.Range(0, ports.Count).Where(index => ports[index] is not null)];
        // A port that shares frames with the kernel has them back, and lends others, when it is asked.
        always.AddRange(all.Where(index => ports[index]!.Descriptor < 0 || ports[index] is IFrameHolder));
        always.EnsureCapacity(ports.Count);
        again.EnsureCapacity(ports.Count);
        next = new int[ports.Count];
        isNext = new bool[ports.Count];
        cursor = 0;
    }

    /// <summary>The next pass asks this port, too.</summary>
    public void AskAgain(int index) => again.Add(index);

    /// <summary>The ports of this pass, each once. Good until the next call.</summary>
    /// <param name="ready">Those that have frames.</param>
    /// <param name="now">Nanoseconds of the worker's clock.</param>
    public ReadOnlySpan<int> Next(ReadOnlySpan<int> ready, long now)
    {
        count = 0;
        if (!ready.IsEmpty)
            lastReady = now;
        foreach (var index in always)
            Add(index);
        foreach (var index in again)
            Add(index);
        again.Clear();
        foreach (var index in ready)
            Add(index);
        AddDue(now);
        var chosen = next.AsSpan(0, count);
        foreach (var index in chosen)
            isNext[index] = false;
        return chosen;
    }

    /// <summary>When the next pass is to be though nothing comes: each port is asked about once a second, and once soon after frames came, some together.</summary>
    /// <param name="now">Nanoseconds of the worker's clock.</param>
    /// <param name="ports">As for <see cref="Reset"/>.</param>
    public long NextLook(IReadOnlyList<IPort?> ports, long now)
    {
        if (again.Count > 0)
            return now;
        var round = now - lastReady < 2 * Round ? Round : SleepingRound;
        var next = all.Length == 0 ? long.MaxValue : due - Interval + (round / all.Length * Math.Min(all.Length, MostAtOnce));
        foreach (var index in always)
            next = Math.Min(next, ports[index]!.NextLook(now));
        return next;
    }

    private long Interval => Math.Max(LeastInterval, Round / all.Length);

    private void AddDue(long now)
    {
        if (all.Length == 0 || now < due)
            return;
        var turns = due == long.MinValue ? 1 : Math.Min(Math.Min(all.Length, MostAtOnce), 1 + ((now - due) / Interval));
        due = now + Interval;
        for (var i = 0; i < turns; i++)
        {
            Add(all[cursor]);
            cursor = cursor + 1 == all.Length ? 0 : cursor + 1;
        }
    }

    private void Add(int index)
    {
        if (isNext[index])
            return;
        isNext[index] = true;
        next[count++] = index;
    }
}
