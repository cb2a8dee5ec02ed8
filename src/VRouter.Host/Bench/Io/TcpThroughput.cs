using System.Globalization;
using System.Text.Json;
using VRouter.Host.Lab;

namespace VRouter.Host.Bench.Io;

/// <summary>What one TCP stream from pod to pod carries, measured by iperf3(1).</summary>
internal static class TcpThroughput
{
    private static readonly TimeSpan TimeToListen = TimeSpan.FromMilliseconds(300);

    /// <summary>True if iperf3 is installed.</summary>
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "iperf3")));

    /// <summary>Measures.</summary>
    /// <param name="lab">The lab, there and back.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Bits per second that were received, or why there are none.</returns>
    public static async Task<(double? BitsPerSecond, string? Problem)> MeasureAsync(IoLab lab, int seconds, CancellationToken cancellation)
    {
        lab.Start(IoNetwork.FarPod, "iperf3", "--server", "--one-off");
        await Task.Delay(TimeToListen, cancellation).ConfigureAwait(false);
        string[] client = ["netns", "exec", lab.Namespace(IoNetwork.Pod), "iperf3", "--client", IoNetwork.FarPodAddress.ToString(), "--json", "--connect-timeout", "3000",
            "--time", seconds.ToString(CultureInfo.InvariantCulture)];
        var result = await HostCommand.RunAsync("ip", client, cancellation: cancellation).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(result.Output);
            if (json.RootElement.TryGetProperty("error", out var error))
                return (null, error.GetString());
            return (json.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble(), null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            return (null, $"iperf3 ended with exit code {result.ExitCode}: {result.Errors.Trim()}");
        }
    }
}
