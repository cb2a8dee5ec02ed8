using System.Runtime.InteropServices;

namespace VRouter.Host.Cli;

/// <summary>
/// The signals that end a command: the first SIGINT, SIGTERM or SIGHUP (its terminal was closed) asks it to, and gives it ten seconds to put the host back in order; a second one, or the end of that
/// time, ends the process at once.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    private const int SignalExitCode = 128;
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource asked = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Timer deadline;
    private readonly Lock padlock = new();
    private bool ended;
    private int number;

    /// <summary>Begins to listen.</summary>
    public EndSignals()
    {
        deadline = new Timer(_ => Environment.Exit(SignalExitCode + number));
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Take(context, 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Take(context, 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Take(context, 1)),
        ];
    }

    /// <summary>Cancelled when the command is to end.</summary>
    public CancellationToken Asked => asked.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (padlock)
        {
            ended = true; // A signal that comes now finds a command that has ended, and is left without effect.
            deadline.Dispose();
        }

        foreach (var registration in registrations)
            registration.Dispose();
        asked.Dispose();
    }

    private void Take(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        lock (padlock)
        {
            if (ended)
                return;
            if (number != 0)
                Environment.Exit(SignalExitCode + signal);
            number = signal;
            deadline.Change(TimeToEnd, Timeout.InfiniteTimeSpan);
        }

        try
        {
            asked.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended by itself meanwhile.
        }
    }
}
