using VRouter.Io.Linux;
using VRouter.Io.Netlink;

namespace VRouter.Host.Daemon;

/// <summary>Calls back, on a thread of its own, when the host's interfaces, addresses or default routes may have changed.</summary>
internal sealed class KernelWatch : IDisposable
{
    private const int Forever = -1;

    private readonly RtnetlinkMonitor monitor;
    private readonly WorkerPoll poll = new();
    private readonly Action changed;
    private readonly Action<string> failed;
    private readonly Thread thread;
    private volatile bool stopping;

    private KernelWatch(RtnetlinkMonitor monitor, Action changed, Action<string> failed)
    {
        this.monitor = monitor;
        this.changed = changed;
        this.failed = failed;
        poll.Watch([(monitor.Descriptor, 0)]);
        thread = new Thread(Run) { Name = "netlink", IsBackground = true };
        thread.Start();
    }

    /// <summary>Starts to watch the network namespace of the calling thread. What is read afterwards is missed by nobody.</summary>
    /// <param name="changed">Something changed; it is not said what, since the state is to be read anew.</param>
    /// <param name="failed">The watch has ended, for this reason.</param>
    public static Result<KernelWatch> Start(Action changed, Action<string> failed) =>
        RtnetlinkMonitor.Open().TryGet(out var monitor, out var error) ? new KernelWatch(monitor, changed, failed) : error;

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping = true;
        poll.Wake();
        thread.Join();
        monitor.Dispose();
        poll.Dispose();
    }

    private void Run()
    {
        var changes = new List<KernelChange>();
        while (true)
        {
            poll.Wait(Forever);
            if (stopping)
                return;
            changes.Clear();
            if (monitor.Read(changes) is { } error)
            {
                failed(error.ToString());
                return;
            }

            if (changes.Any(HostState.IsConcernedBy))
                changed();
        }
    }
}
