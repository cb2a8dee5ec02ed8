using VRouter.Host.Configuration;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>A port that the worker has.</summary>
/// <param name="Index">Its index in the tables.</param>
/// <param name="Spec">What it was opened for.</param>
/// <param name="Port">The port.</param>
/// <param name="Mtu">The IP MTU of its link, in bytes.</param>
/// <param name="EarlierDrops">Drops by reason that the engine counted for earlier ports of this index; empty if there were none.</param>
public sealed record OpenPort(int Index, PortSpec Spec, IPort Port, int Mtu, ValueList<long> EarlierDrops);
