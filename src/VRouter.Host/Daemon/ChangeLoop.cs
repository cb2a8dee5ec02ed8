using System.Threading.Channels;
using VRouter.Host.Configuration;
using VRouter.Host.Daemon.Guard;
using VRouter.Host.Sources;
using VRouter.Io.Netlink;

namespace VRouter.Host.Daemon;

/// <summary>
/// Follows the files and the host while a router runs: one change after the other, each applied as a whole or not at all. What cannot be applied is a
/// condition, and what was in effect stays and goes on to follow the host.
/// </summary>
/// <param name="events">What happens.</param>
/// <param name="files">The files.</param>
/// <param name="kernel">The host.</param>
/// <param name="reconciler">Applies.</param>
/// <param name="guard">The guard, or null where there is none.</param>
/// <param name="conditions">What is not as it should be.</param>
/// <param name="log">The log.</param>
internal sealed class ChangeLoop(
    Channel<DaemonEvent> events, FileSource files, RtnetlinkClient kernel, Reconciler reconciler, KernelGuard? guard, Conditions conditions, DaemonLog log)
{
    private const string FilesSubject = "files";

    // Kernel changes come in trains: a new pod is a dozen of them.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    // What the files say, as long as it cannot be applied to the host as it is.
    private ClusterState? next;

    /// <summary>Runs until it is told to stop.</summary>
    /// <exception cref="InvalidOperationException">The worker has ended by a defect.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        if (files.WatchLimitation is { } limitation)
            log.Warning($"files are looked at every few seconds only: {limitation}");
        var watching = WatchFilesAsync(stop);
        using var timer = new Timer(_ => events.Writer.TryWrite(new DaemonEvent.TimeToLook()), null, RetryInterval, RetryInterval);
        try
        {
            while (await events.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                await Task.Delay(Settle, stop).ConfigureAwait(false);
                await TreatAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end that was asked for.
        }

        await watching.ConfigureAwait(false);
    }

    private async Task WatchFilesAsync(CancellationToken stop)
    {
        await foreach (var result in files.WatchAsync(stop).ConfigureAwait(false))
            events.Writer.TryWrite(new DaemonEvent.FilesChanged(result));
    }

    private async Task TreatAsync()
    {
        var dirty = false;
        while (events.Reader.TryRead(out var change))
        {
            switch (change)
            {
                case DaemonEvent.FilesChanged { Result: var result }:
                    dirty |= Take(result);
                    break;
                case DaemonEvent.TimeToLook:
                    dirty |= reconciler.HasFailures || reconciler.HasLostPorts || IsGuardGone();
                    break;
                case DaemonEvent.RecordingEnded { Path: var path, Reason: var reason }:
                    conditions.Replace("recording", [Condition.Error("recording", $"{path} ends here: {reason}; the router goes on without")]);
                    break;
                case DaemonEvent.Defect { Failure: var failure }:
                    throw new InvalidOperationException("the worker ended by a defect of the router", failure);
                default:
                    dirty = true;
                    break;
            }
        }

        if (dirty)
            await ApplyAsync().ConfigureAwait(false);
    }

    /// <summary>Looks at what the files say now.</summary>
    /// <returns>True if it can be tried.</returns>
    private bool Take(ConfigurationResult result)
    {
        foreach (var finding in result.Diagnostics)
            log.Write(finding);
        next = null;
        if (result.State is not { } changed)
        {
            Refuse($"they are not valid since their last change ({Counted.Of(result.Diagnostics.ErrorCount, "error")})");
            return false;
        }

        var before = reconciler.Status!.View.Router;
        if (changed.FindRouter(before.Name) is not { } router)
        {
            Refuse($"they have no RouterConfiguration for {before.Name} any more");
            return false;
        }

        if (router.ControlSocket != before.ControlSocket)
            log.Warning($"{router.Source["spec.control.socket"]}: spec.control.socket is read at the start only; restart the router to move its socket");
        if ((router.Workers, router.Spin) != (before.Workers, before.Spin))
            log.Warning($"{router.Source["spec.workers"]}: spec.workers and spec.spinMicroseconds are read at the start only; restart the router to change them");
        log.Info("the files have changed");
        next = changed;
        return true;
    }

    private async Task ApplyAsync()
    {
        if (!HostState.Read(kernel).TryGet(out var host, out var error))
        {
            log.Error($"the host's interfaces cannot be read: {error}; what is in effect stays");
            return;
        }

        if (next is null || !await TryNextAsync(next, host).ConfigureAwait(false))
            await reconciler.ApplyAsync(reconciler.Status!.View.State, host).ConfigureAwait(false);
    }

    private async Task<bool> TryNextAsync(ClusterState changed, HostState host)
    {
        try
        {
            await reconciler.ApplyAsync(changed, host).ConfigureAwait(false);
        }
        catch (DaemonException e)
        {
            Refuse(e.Finding is { } finding ? $"{finding.Location}: {finding.Message}" : e.Message);
            return false;
        }

        next = null;
        conditions.Replace(FilesSubject, []);
        return true;
    }

    private void Refuse(string reason) =>
        conditions.Replace(FilesSubject, [Condition.Error(FilesSubject, $"{reason}; what is in effect stays")]);

    private bool IsGuardGone()
    {
        try
        {
            if (guard is null || guard.IsInPlace())
                return false;
        }
        catch (GuardException e)
        {
            log.Error($"guard: {e.Message}");
            return false;
        }

        log.Warning("guard: somebody removed the table; it is set again");
        return true;
    }
}
