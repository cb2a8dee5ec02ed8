using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>A port that the worker has.</summary>
/// <param name="Index">Its index in the tables.</param>
/// <param name="Spec">What it was opened for.</param>
/// <param name="Port">The port.</param>
/// <param name="Mtu">The IP MTU of its link, in bytes.</param>
public sealed record OpenPort(int Index, PortSpec Spec, IPort Port, int Mtu);
