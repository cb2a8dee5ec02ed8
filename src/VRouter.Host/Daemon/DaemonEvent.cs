using VRouter.Host.Configuration;

namespace VRouter.Host.Daemon;

/// <summary>Something that the control side has to look at.</summary>
internal abstract record DaemonEvent
{
    private DaemonEvent()
    {
    }

    /// <summary>The files say something else now.</summary>
    public sealed record FilesChanged(ConfigurationResult Result) : DaemonEvent;

    /// <summary>The host's interfaces, addresses or routes have changed.</summary>
    public sealed record KernelChanged : DaemonEvent;

    /// <summary>Time to try again what failed, and to see whether the guard still stands.</summary>
    public sealed record TimeToLook : DaemonEvent;

    /// <summary>The recording has ended, and the router goes on.</summary>
    public sealed record RecordingEnded(string Path, string Reason) : DaemonEvent;

    /// <summary>The worker's thread has ended.</summary>
    public sealed record Defect(Exception Failure) : DaemonEvent;
}
