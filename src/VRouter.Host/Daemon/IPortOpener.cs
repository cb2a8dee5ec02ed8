using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>Opens ports on the host.</summary>
public interface IPortOpener
{
    /// <summary>Opens the port of a specification, ready to receive.</summary>
    /// <param name="spec">The port.</param>
    /// <param name="mtu">tap: the IP MTU that the new device gets. Others have theirs.</param>
    Result<IPort> Open(PortSpec spec, int mtu);
}
