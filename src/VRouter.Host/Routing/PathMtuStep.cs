using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Host.Routing;

/// <summary>A tunnel's path takes less than was known.</summary>
/// <param name="Kind">The tunnel's encapsulation.</param>
/// <param name="Remote">Its far end.</param>
/// <param name="Mtu">The outer MTU in bytes.</param>
/// <param name="At">When a worker learned it, nanoseconds of the workers' clock.</param>
internal sealed record PathMtuStep(TunnelKind Kind, IPv4Address Remote, int Mtu, long At);
