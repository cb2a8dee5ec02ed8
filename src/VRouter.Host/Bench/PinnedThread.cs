using System.Runtime.ExceptionServices;
using VRouter.Io.Linux;

namespace VRouter.Host.Bench;

/// <summary>Runs a measurement on a thread of its own that stays on one core; the runtime's other threads keep theirs.</summary>
internal static class PinnedThread
{
    /// <summary>The cores that this process may use, ascending.</summary>
    /// <exception cref="BenchException">The kernel does not tell.</exception>
    public static int[] AllowedCores() => ThreadAffinity.Get().TryGet(out var cores, out var error) ? cores : throw new BenchException(error.ToString(), isHostError: true);

    /// <summary>The core to use: the last allowed one unless another is asked for.</summary>
    /// <exception cref="BenchException">It may not be used.</exception>
    public static int Choose(int? core)
    {
        var allowed = AllowedCores();
        var chosen = core ?? allowed[^1];
        return allowed.Contains(chosen)
            ? chosen
            : throw new BenchException($"core {chosen} is not one that this process may use: {string.Join(", ", allowed)}");
    }

    /// <summary>Runs <paramref name="work"/> on the core, and passes its result or its exception on.</summary>
    public static T Run<T>(int core, Func<T> work)
    {
        var result = default(T);
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (!ThreadAffinity.Set(core).TryGet(out _, out var error))
                    throw new BenchException(error.ToString(), isHostError: true);
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
