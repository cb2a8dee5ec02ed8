using System.Runtime.CompilerServices;
using System.Threading.Channels;
using VRouter.Host.Configuration;

namespace VRouter.Host.Sources;

/// <summary>
/// A configuration in files and directories that are watched. <see cref="Load"/> first, then <see cref="WatchAsync"/>; both are for one caller at a
/// time. Changes in place and files replaced by renaming are both seen, by inotify at once and by a slow poll where inotify fails or sees nothing
/// (network file systems, replaced symbolic links). A configuration with errors is reported, and the last good one stays <see cref="LastGood"/>.
/// </summary>
public sealed class FileSource : IDisposable
{
    private readonly string[] paths;
    private readonly FileSourceTiming timing;
    private readonly bool keepsFiles;
    private readonly PathWatcher watcher;
    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private FileStamps stamps = FileStamps.None;
    private ContentFingerprint fingerprint = ContentFingerprint.None;

    /// <summary>Starts to watch the paths; nothing is read yet.</summary>
    /// <param name="paths">Files and directories.</param>
    /// <param name="timing">How fast changes are seen; null: as usual.</param>
    /// <param name="keepsFiles">Each state keeps the files that it was read from, see <see cref="ClusterState.Files"/>.</param>
    public FileSource(IEnumerable<string> paths, FileSourceTiming? timing = null, bool keepsFiles = false)
    {
        this.keepsFiles = keepsFiles;
        this.paths = [.. paths];
        this.timing = timing ?? new FileSourceTiming();
        watcher = new PathWatcher(this.paths, () => signals.Writer.TryWrite(true));
    }

    /// <summary>The last state without errors, or null if there was none yet.</summary>
    public ClusterState? LastGood { get; private set; }

    /// <summary>Why changes are found by the slow poll alone, or null while inotify works.</summary>
    public string? WatchLimitation => watcher.Limitation;

    /// <summary>Reads the files as they are now.</summary>
    public ConfigurationResult Load()
    {
        stamps = FileStamps.Of(paths);
        var diagnostics = new DiagnosticBag();
        var files = ConfigurationPaths.ReadAll(paths, diagnostics);
        fingerprint = ContentFingerprint.Of(files, diagnostics);
        return Take(ConfigurationLoader.Load(files, diagnostics, keepsFiles));
    }

    /// <summary>
    /// A result for each change of what the files say, with or without errors, until cancelled. Files that are written again with the same content
    /// give none. A file is read once it has been left alone for a moment (<see cref="FileSourceTiming.Quiet"/>).
    /// </summary>
    public async IAsyncEnumerable<ConfigurationResult> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (!await WaitForChangeAsync(cancellation).ConfigureAwait(false))
                yield break;
            if (Reload() is { } result)
                yield return result;
        }
    }

    /// <summary>Ends the watching.</summary>
    public void Dispose() => watcher.Dispose();

    /// <summary>Waits until something has changed and then was quiet; false if cancelled.</summary>
    private async Task<bool> WaitForChangeAsync(CancellationToken cancellation)
    {
        while (!await SignalWithinAsync(timing.Poll, cancellation).ConfigureAwait(false))
        {
            if (cancellation.IsCancellationRequested)
                return false;
            watcher.Renew();
            if (FileStamps.Of(paths) != stamps)
                break;
        }

        var deadline = Environment.TickCount64 + (long)timing.LongestWait.TotalMilliseconds;
        while (!cancellation.IsCancellationRequested)
        {
            var before = FileStamps.Of(paths);
            var changed = await SignalWithinAsync(timing.Quiet, cancellation).ConfigureAwait(false);
            if ((!changed && FileStamps.Of(paths) == before) || Environment.TickCount64 >= deadline)
                break;
        }

        return !cancellation.IsCancellationRequested;
    }

    private async Task<bool> SignalWithinAsync(TimeSpan time, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(time);
        try
        {
            return await signals.Reader.ReadAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private ConfigurationResult? Reload()
    {
        watcher.Renew();
        stamps = FileStamps.Of(paths);
        var diagnostics = new DiagnosticBag();
        var files = ConfigurationPaths.ReadAll(paths, diagnostics);
        var now = ContentFingerprint.Of(files, diagnostics);
        if (now == fingerprint)
            return null;
        fingerprint = now;
        return Take(ConfigurationLoader.Load(files, diagnostics, keepsFiles));
    }

    private ConfigurationResult Take(ConfigurationResult result)
    {
        LastGood = result.State ?? LastGood;
        return result;
    }
}
