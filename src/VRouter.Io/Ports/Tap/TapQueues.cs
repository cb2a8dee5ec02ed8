using VRouter.Io.Linux;

namespace VRouter.Io.Ports.Tap;

/// <summary>The descriptors of a new device, one for each worker.</summary>
internal sealed class TapQueues : IDisposable
{
    private TapQueues(IReadOnlyList<FileDescriptor> descriptors, TapOffloads offloads, bool hasQueues)
    {
        Descriptors = descriptors;
        var known = offloads switch
        {
            TapOffloads.TcpAndUdp => "tso uso",
            TapOffloads.Tcp => "tso",
            _ => "no offloads",
        };
        Mode = descriptors.Count == 1 ? known : $"{known}, {(hasQueues ? "multi-queue" : "one reader")}";
    }

    /// <summary>The descriptors. Who takes one over disposes of it.</summary>
    public IReadOnlyList<FileDescriptor> Descriptors { get; }

    /// <summary>As <see cref="TapPort.Mode"/>.</summary>
    public string Mode { get; }

    /// <summary>True if a device with one queue may be had where one with several is not: not if the name is taken, or nothing is allowed.</summary>
    public static bool IsLimitation(LinuxError error) => error.Errno != Errno.EBUSY && error.Errno != Errno.ENOENT && error.Errno != Errno.ENODEV;

    /// <summary>A device with a queue for each worker, and a program that keeps flows to queues.</summary>
    /// <returns>The descriptors, or why not; nothing is left then.</returns>
    public static Result<TapQueues> Create(string name, int workers)
    {
        if (!TapSteering.Load().TryGet(out var steering, out var error))
            return error;
        using (steering)
        {
            if (!TapDevice.Create(name, hasQueues: true, out var offloads).TryGet(out var first, out error))
                return error;
            List<FileDescriptor> queues = [first];
            var failure = TapSteering.Set(first, steering);
            while (failure is null && queues.Count < workers)
            {
                if (TapDevice.AddQueue(name).TryGet(out var queue, out error))
                    queues.Add(queue);
                else
                    failure = error;
            }

            var created = new TapQueues(queues, offloads, hasQueues: true);
            if (failure is null)
                return created;
            created.Dispose();
            return failure.Value;
        }
    }

    /// <summary>A device with one queue, and a descriptor of it for each worker, so that writes of several threads do not wait for one another.</summary>
    public static Result<TapQueues> CreateOne(string name, int workers)
    {
        if (!TapDevice.Create(name, hasQueues: false, out var offloads).TryGet(out var device, out var error))
            return error;
        List<FileDescriptor> copies = [device];
        while (copies.Count < workers
            && FileDescriptor.FromCall(Libc.fcntl(device.Number, Libc.F_DUPFD_CLOEXEC, 0), "fcntl(F_DUPFD_CLOEXEC)").TryGet(out var copy, out error))
        {
            copies.Add(copy);
        }

        var created = new TapQueues(copies, offloads, hasQueues: false);
        if (copies.Count == workers)
            return created;
        created.Dispose();
        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var descriptor in Descriptors)
            descriptor.Dispose();
    }
}
