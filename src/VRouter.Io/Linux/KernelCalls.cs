namespace VRouter.Io.Linux;

/// <summary>
/// Calls of the kernel that mostly wait there, as opening and closing packet sockets and devices does: each waits for grace periods (synchronize_net) of some milliseconds, which calls of
/// several threads wait for together.
/// </summary>
public static class KernelCalls
{
    private const int Few = 4;
    private const int MostThreads = 32;

    /// <summary>Calls an action for each number below a count, one after the other where they are few, else on threads of their own, in the caller's network namespace.</summary>
    /// <param name="count">How often.</param>
    /// <param name="action">Called by several threads at a time.</param>
    /// <exception cref="AggregateException">Actions threw; all others have been called.</exception>
    public static void Spread(int count, Action<int> action)
    {
        var failures = new List<Exception>();
        var next = -1;
        var threads = Enumerable.Range(0, count <= Few ? 0 : Math.Min(count, MostThreads) - 1).Select(_ => new Thread(Work) { Name = "kernel-calls", IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        Work();
        threads.ForEach(thread => thread.Join());
        if (failures.Count > 0)
            throw new AggregateException(failures);

        void Work()
        {
            for (var index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                try
                {
                    action(index);
                }
                catch (Exception e)
                {
                    lock (failures)
                        failures.Add(e);
                }
            }
        }
    }
}
