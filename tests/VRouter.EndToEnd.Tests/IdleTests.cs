using System.Globalization;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests;

/// <summary>A router that nothing is sent to sleeps. Wake-ups are counted, since processor time depends on what else runs.</summary>
public class IdleTests
{
    private const int Seconds = 3;

    // One a second looks after interfaces; the rest is for timers of neighbors, requests of the control side, and the kernel's own frames.
    private const int MostOfWorker = Seconds * 5;
    private const int MostOfAll = Seconds * 150;

    [SkippableTheory]
    [InlineData("af-packet")]
    [InlineData("af-xdp")]
    public async Task Run_NothingComes_SleepsNearlyAllTheTime(string driver)
    {
        await using var lab = await TwoNodes.BuildAsync();
        await using var router = await HandRouter.StartAsync(lab, "node-a", TwoNodes.Files, driver: driver);
        await Task.Delay(TimeSpan.FromSeconds(2)); // what start-up leaves to do, and IPv6 of the interfaces

        var before = WakeUps(router.Pid);
        await Task.Delay(TimeSpan.FromSeconds(Seconds));
        var during = WakeUps(router.Pid).Select(thread => (thread.Value.Name, Count: thread.Value.Count - before.GetValueOrDefault(thread.Key).Count)).ToList();

        var text = string.Join(", ", during.Where(thread => thread.Count > 0).Select(thread => $"{thread.Name} {thread.Count}"));
        var worker = during.Where(thread => thread.Name == "worker-0").Sum(thread => thread.Count);
        var all = during.Sum(thread => thread.Count);
        Assert.True(worker is > 0 and <= MostOfWorker, $"the worker woke {worker} times in {Seconds} s: {text}");
        Assert.True(all <= MostOfAll, $"the router's threads woke {all} times in {Seconds} s: {text}");
    }

    // proc(5): each time a thread has slept is a voluntary context switch.
    private static Dictionary<string, (string Name, long Count)> WakeUps(int process)
    {
        var threads = new Dictionary<string, (string, long)>();
        foreach (var folder in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                var line = File.ReadLines(Path.Combine(folder, "status")).First(line => line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
                threads[folder] = (File.ReadAllText(Path.Combine(folder, "comm")).Trim(), long.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // The thread has ended meanwhile.
            }
        }

        return threads;
    }
}
