using System.Globalization;
using System.Text.RegularExpressions;

namespace VRouter.Host.Lab;

/// <summary>Executes planned lines with iproute2.</summary>
internal static partial class IpBatch
{
    /// <summary>Executes the lines in their order; neighbors in the same namespace share one call of ip.</summary>
    /// <exception cref="LabException">A line failed; the message has its place in the topology, the command, and what ip said.</exception>
    public static async Task RunAsync(IEnumerable<PlannedCommand> commands, CancellationToken cancellation)
    {
        var batch = new List<PlannedCommand>();
        foreach (var command in commands)
        {
            if (batch.Count > 0 && batch[0].Namespace != command.Namespace)
            {
                await RunOneAsync(batch, cancellation).ConfigureAwait(false);
                batch.Clear();
            }

            batch.Add(command);
        }

        if (batch.Count > 0)
            await RunOneAsync(batch, cancellation).ConfigureAwait(false);
    }

    private static async Task RunOneAsync(List<PlannedCommand> batch, CancellationToken cancellation)
    {
        var lines = string.Concat(batch.Select(command => command.Text + "\n"));
        var result = await HostCommand.RunAsync("ip", ["-n", batch[0].Namespace, "-batch", "-"], lines, cancellation).ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw new LabException(Describe(batch, result));
    }

    private static string Describe(List<PlannedCommand> batch, CommandResult result)
    {
        var failed = FailedLine().Match(result.Errors);
        var said = string.Join("; ", FailedLine().Replace(result.Errors, "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        if (!failed.Success || !int.TryParse(failed.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            || line < 1 || line > batch.Count)
            return $"ip -n {batch[0].Namespace} -batch: {said}";
        var command = batch[line - 1];
        return $"{command.Location}: ip -n {command.Namespace} {command.Text}: {said}";
    }

    [GeneratedRegex(@"^Command failed -:(\d+)\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FailedLine();
}
