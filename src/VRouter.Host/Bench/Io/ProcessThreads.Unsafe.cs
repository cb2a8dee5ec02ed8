using System.Globalization;
using VRouter.Io.Linux;

namespace VRouter.Host.Bench.Io;

/// <summary>Threads of other processes, as proc(5) shows them: their names, their processor time, and the core that they stay on.</summary>
internal static unsafe class ProcessThreads
{
    private const int WordBits = 64;

    /// <summary>The threads of a process whose name begins with <paramref name="prefix"/>, ascending; empty if the process is gone.</summary>
    public static int[] Of(int process, string prefix = "")
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{process}/task")
                .Select(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
                .Where(thread => NameOf(process, thread).StartsWith(prefix, StringComparison.Ordinal))
                .Order()];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The kernel's threads that poll an interface's queues (/sys/class/net/.../threaded); of all namespaces.</summary>
    public static int[] Polling(string interfaceName) => [.. Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
        .Where(number => number > 0 && NameOf(number, number).StartsWith($"napi/{interfaceName}", StringComparison.Ordinal))];

    /// <summary>Nanoseconds that these threads of a process have run.</summary>
    public static long ProcessorTime(int process, IEnumerable<int> threads) => threads.Sum(thread =>
        Read($"/proc/{process}/task/{thread}/schedstat") is { Length: > 0 } text ? long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) : 0);

    /// <summary>Lets a thread run on one core only.</summary>
    /// <returns>False if it is gone or may not.</returns>
    public static bool Pin(int thread, int core)
    {
        var mask = stackalloc ulong[(core / WordBits) + 1];
        mask[core / WordBits] = 1UL << (core % WordBits);
        return Libc.sched_setaffinity(thread, (nuint)(((core / WordBits) + 1) * sizeof(ulong)), mask) >= 0;
    }

    /// <summary>Gives a thread the priority of this process, which the processes that it starts have by themselves.</summary>
    public static void RankAlike(int thread) => _ = Libc.setpriority(0, thread, Libc.getpriority(0, 0));

    private static string NameOf(int process, int thread) => Read($"/proc/{process}/task/{thread}/comm");

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            return ""; // ended meanwhile
        }
    }
}
