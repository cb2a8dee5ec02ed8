using System.Text.Json;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>iperf3 between two pods.</summary>
internal static class Iperf
{
    /// <summary>Runs a client against a server that serves once.</summary>
    /// <returns>The "end" object of what the client printed.</returns>
    public static async Task<JsonElement> RunAsync(TestLab lab, string client, string server, string address, string arguments)
    {
        using var listening = lab.Start(server, "iperf3 -s -1 --forceflush");
        try
        {
            // Its first lines say that it listens.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            while (await listening.StandardOutput.ReadLineAsync(limit.Token) is { } line && !line.Contains("listening", StringComparison.Ordinal))
            {
            }

            var output = await lab.RunAsync(client, $"iperf3 -J -c {address} {arguments}");
            return JsonDocument.Parse(output).RootElement.GetProperty("end").Clone();
        }
        finally
        {
            if (!listening.HasExited)
                listening.Kill();
        }
    }
}
