using VRouter.Host.Configuration;
using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>A port that the workers have.</summary>
/// <param name="Index">Its index in the tables.</param>
/// <param name="Spec">What it was opened for.</param>
/// <param name="Queues">Each worker's part of it, by the worker's index.</param>
/// <param name="Mtu">The IP MTU of its link, in bytes.</param>
/// <param name="EarlierDrops">Drops by reason that the engine counted for earlier ports of this index; empty if there were none.</param>
public sealed record OpenPort(int Index, PortSpec Spec, ValueList<IPort> Queues, int Mtu, ValueList<long> EarlierDrops)
{
    /// <summary>tap in a namespace of a workload: which one it was put into; else null.</summary>
    public NamespaceIdentity? Namespace { get; init; }

    /// <summary>True if that namespace is not the one any more that goes by the name: the device is out of the workload's reach.</summary>
    public bool IsLost => Spec.NetworkNamespace is { } name && Namespace != NamespaceIdentity.Of(name);

    /// <summary>The first worker's part, for what all parts have in common.</summary>
    public IPort Port => Queues[0];

    /// <summary>Why another driver serves it than its specification names, or one worker reads it for all; null: it is as it should be.</summary>
    public string? Fallback { get; init; }
}
