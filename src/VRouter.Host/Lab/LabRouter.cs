namespace VRouter.Host.Lab;

/// <summary>One router process of a lab, as the state file records it.</summary>
internal sealed class LabRouter
{
    /// <summary>The node, by its name in the topology.</summary>
    public required string Node { get; init; }

    /// <summary>The namespace that it runs in.</summary>
    public required string Namespace { get; init; }

    /// <summary>The file that its output goes to.</summary>
    public required string Log { get; init; }

    /// <summary>The process, null until it was started.</summary>
    public int? Pid { get; set; }

    /// <summary>When the process was started, in clock ticks since the host's start (proc(5), stat field 22); with the number it identifies the process.</summary>
    public long? StartTicks { get; set; }
}
