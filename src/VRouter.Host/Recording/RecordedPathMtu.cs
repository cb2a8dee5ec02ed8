using VRouter.Core.Tunnels;
using VRouter.Core.Wire;

namespace VRouter.Host.Recording;

/// <summary>What one worker learned of a tunnel's path, told to all.</summary>
/// <param name="Kind">The tunnel's encapsulation.</param>
/// <param name="Remote">Its far end.</param>
/// <param name="Mtu">The outer MTU in bytes.</param>
/// <param name="At">When it was learned, nanoseconds of the workers' clock.</param>
internal sealed record RecordedPathMtu(TunnelKind Kind, IPv4Address Remote, int Mtu, long At);
