using System.Diagnostics;
using System.Globalization;
using VRouter.Host.Daemon.Collections;

namespace VRouter.EndToEnd.Tests.Soak;

/// <summary>
/// A line for each minute of a soak, as comma-separated values: what was sent and has arrived, the changes, the memory and the processor time of this process, and the garbage collections of that minute. Memory is read
/// as it is, without a collection. Written at once, so that a run can be watched.
/// </summary>
internal sealed class SoakLog : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly CollectionWatch collections = CollectionWatch.Start();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly StreamWriter? file;
    private TimeSpan next = Interval;
    private TimeSpan processor = Environment.CpuUsage.TotalTime;

    /// <summary>Writes to a file, which is replaced; null: nowhere.</summary>
    public SoakLog(string? path)
    {
        if (path is null)
            return;
        // As the daemon does at its ready line.
        GC.Collect();
        collections.Restart();
        file = new StreamWriter(path) { AutoFlush = true };
        file.WriteLine("minute,sent,arrived,route changes,port changes,resident KiB,live KiB after last collection,heap KiB,committed KiB,collections,full,unseen,"
            + "pauses ms,longest pause ms,over 1 ms,processor %,load average");
    }

    /// <summary>Writes the line of this minute if it is over.</summary>
    public void Tick(SoakNetwork network)
    {
        if (file is null || clock.Elapsed < next)
            return;
        next += Interval;
        var (now, info, pauses) = (Environment.CpuUsage.TotalTime, GC.GetGCMemoryInfo(), collections.Read());
        object[] values =
        [
            Math.Round(clock.Elapsed.TotalMinutes, 2), network.All.Sum(pod => pod.Sent), network.All.Sum(pod => pod.Arrived), network.RouteChanges, network.PortChanges,
            Environment.WorkingSet >> 10, (info.HeapSizeBytes - info.FragmentedBytes) >> 10, GC.GetTotalMemory(false) >> 10, info.TotalCommittedBytes >> 10,
            pauses.Collections, pauses.Full, pauses.Unseen, Math.Round(pauses.Total.TotalMilliseconds, 2), Math.Round(pauses.Longest.TotalMilliseconds, 3), pauses.OverMillisecond,
            Math.Round((now - processor) / Interval * 100, 1), File.ReadAllText("/proc/loadavg").Split(' ')[0],
        ];
        file.WriteLine(string.Join(',', values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture))));
        processor = now;
        collections.Restart();
    }

    public void Dispose()
    {
        file?.Dispose();
        collections.Dispose();
    }
}
