using System.ComponentModel;
using System.Diagnostics;

namespace VRouter.Host.Lab;

/// <summary>Runs the host's own tools to their end.</summary>
internal static class HostCommand
{
    /// <summary>
    /// Runs a command, gives it <paramref name="input"/> and returns all that it printed. On cancellation the command is killed with its
    /// children.
    /// </summary>
    /// <exception cref="LabException">The tool is not there or may not be executed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<CommandResult> RunAsync(
        string tool, IReadOnlyList<string> arguments, string input = "", CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        using var process = Start(tool, arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await WriteAsync(process, input).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return new CommandResult(process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(string tool, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            // The exception's own message speaks of working directories.
            throw new LabException($"cannot run '{tool}': {new Win32Exception(e.NativeErrorCode).Message}; it must be installed and in the PATH", e);
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended without reading its input; its exit code and its messages tell why.
        }
    }
}
