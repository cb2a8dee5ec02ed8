using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>Opens ports on the host. Several threads may call it at a time.</summary>
public interface IPortOpener
{
    /// <summary>Opens the port of a specification for all workers, ready to receive.</summary>
    /// <param name="spec">The port.</param>
    /// <param name="mtu">tap: the IP MTU that the new device gets. Others have theirs.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="fallback">Why another driver serves the port than the specification names, or one worker reads it for all; null: it is as it should be.</param>
    /// <returns>A queue for each worker: every frame is received by one of them, all packets of a flow by the same; each can send.</returns>
    Result<IReadOnlyList<IPort>> Open(PortSpec spec, int mtu, int workers, out string? fallback);
}
