namespace VRouter.Host.Daemon;

/// <summary>What the command line says about a router.</summary>
public sealed record DaemonOptions
{
    /// <summary>The configuration's files and directories.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The node's name; null: the only one there is, or the host's.</summary>
    public string? Node { get; init; }

    /// <summary>False: somebody else keeps the kernel from treating what the router takes.</summary>
    public bool UseGuard { get; init; } = true;
}
