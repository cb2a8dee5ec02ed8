using System.Runtime.InteropServices;

namespace VRouter.Host.Cli;

/// <summary>
/// The signals that end a router: the first SIGINT, SIGTERM or SIGHUP (its terminal was closed) asks it to, a second one ends the process at once.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    private const int SignalExitCode = 128;

    private readonly CancellationTokenSource asked;
    private readonly PosixSignalRegistration[] registrations;
    private int signals;

    /// <summary>Begins to listen.</summary>
    /// <param name="alsoAsked">Asks too.</param>
    public EndSignals(CancellationToken alsoAsked)
    {
        asked = CancellationTokenSource.CreateLinkedTokenSource(alsoAsked);
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Take(context, number: 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Take(context, number: 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Take(context, number: 1)),
        ];
    }

    /// <summary>Cancelled when the router is to end.</summary>
    public CancellationToken Asked => asked.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        asked.Dispose();
    }

    private void Take(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref signals) > 1)
            Environment.Exit(SignalExitCode + number);
        asked.Cancel();
    }
}
