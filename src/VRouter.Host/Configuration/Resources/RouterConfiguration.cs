namespace VRouter.Host.Configuration.Resources;

/// <summary>How the router of one node runs (vrouter/v1 RouterConfiguration). Its name is the node's.</summary>
public sealed record RouterConfiguration : Resource
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "RouterConfiguration";

    /// <summary>The most workers.</summary>
    public const int MostWorkers = 64;

    /// <summary>How long a worker looks for more frames unless told otherwise: about ten times what it costs to wake up.</summary>
    public static readonly TimeSpan DefaultSpin = TimeSpan.FromMicroseconds(50);

    /// <summary>The interface to the other nodes.</summary>
    public required UplinkConfiguration Uplink { get; init; }

    /// <summary>What holds for all workload ports.</summary>
    public WorkloadsConfiguration Workloads { get; init; } = new();

    /// <summary>spec.workers: number of threads that forward.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>spec.spinMicroseconds: how long a worker looks for more frames before it sleeps, at most.</summary>
    public TimeSpan Spin { get; init; } = DefaultSpin;

    /// <summary>How VXLAN headers are read.</summary>
    public VxlanProfile VxlanProfile { get; init; }

    /// <summary>spec.control.socket: the path of the control socket; "/run/vrouter/NAME.sock" unless given.</summary>
    public required string ControlSocket { get; init; }

    /// <inheritdoc/>
    public override ResourceKey Key => new(KindName, string.Empty, Name);

    /// <summary>The control socket of a node that names none.</summary>
    public static string DefaultControlSocket(string nodeName) => $"/run/vrouter/{nodeName}.sock";
}
