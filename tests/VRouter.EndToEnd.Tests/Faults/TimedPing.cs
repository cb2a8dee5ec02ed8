using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>A ping that runs beside a test, fifty times a second, and knows when each answer came.</summary>
internal sealed partial class TimedPing : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly Process process;
    private readonly List<double> answers = [];
    private readonly Task reader;

    public TimedPing(TestLab lab, string pod, string address)
    {
        process = lab.Start(pod, $"ping -n -D -i 0.02 -W 1 {address}");
        reader = ReadAsync();
    }

    /// <summary>Seconds since 1970, as ping's own times are.</summary>
    public static double Now => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;

    /// <summary>Waits for an answer that came after a time.</summary>
    /// <returns>When the first of them came.</returns>
    public async Task<double> AnswerAfterAsync(double time)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            lock (answers)
            {
                foreach (var answer in answers)
                {
                    if (answer > time)
                        return answer;
                }
            }

            Assert.True(waited.Elapsed < Limit, $"no answer within {Limit.TotalSeconds:0} s");
        }
    }

    /// <summary>Answers that came between two times.</summary>
    public int AnswersBetween(double first, double last)
    {
        lock (answers)
            return answers.Count(answer => answer > first && answer < last);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        reader.Wait();
        process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Answer().Match(line) is not { Success: true } match)
                continue;
            lock (answers)
                answers.Add(double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex(@"^\[([0-9.]+)\] \d+ bytes from .* ttl=", RegexOptions.CultureInvariant)]
    private static partial Regex Answer();
}
