using System.Runtime.InteropServices;

namespace VRouter.Host.Cli;

/// <summary>Ends the process at once when it is told to end a second time. The first SIGINT or SIGTERM is left to others.</summary>
internal sealed class SecondSignal : IDisposable
{
    private const int SignalExitCode = 128;

    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;
    private int signals;

    /// <summary>Begins to count.</summary>
    public SecondSignal()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Count(context, number: 2));
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Count(context, number: 15));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
    }

    private void Count(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref signals) > 1)
            Environment.Exit(SignalExitCode + number);
    }
}
