using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A ping that runs beside a test, fifty times a second.</summary>
internal sealed partial class BackgroundPing : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;

    public BackgroundPing(TestLab lab, string pod, string address)
    {
        process = lab.Start(pod, $"ping -n -i 0.02 -W 2 {address}");
        output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Ends it as Ctrl-C does; fails if a request had no answer, or two. The very last may have been on its way.</summary>
    public async Task AssertNothingLostAsync(TestLab lab)
    {
        var answers = await EndAsync();
        Assert.True(answers.Count > 10, $"only {answers.Count} answers came\n{lab.Logs()}");
        var missing = Enumerable.Range(1, answers.Max()).Except(answers).ToList();
        Assert.True(missing.Count == 0, $"of {answers.Max()} requests, these had no answer: {string.Join(", ", missing)}\n{lab.Logs()}");
        Assert.Equal(answers.Count, answers.Distinct().Count());
    }

    /// <summary>Ends it as Ctrl-C does; fails if hardly any request had an answer, or one had two.</summary>
    public async Task AssertNothingTwiceAsync()
    {
        var answers = await EndAsync();
        Assert.True(answers.Count > 10, $"only {answers.Count} answers came");
        Assert.Equal(answers.Count, answers.Distinct().Count());
    }

    private async Task<List<int>> EndAsync()
    {
        await TestLab.ToolAsync("kill", ["-INT", $"{process.Id}"]);
        return [.. Sequence().Matches(await output).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    [GeneratedRegex(@"icmp_seq=(\d+) ttl=", RegexOptions.CultureInvariant)]
    private static partial Regex Sequence();
}
