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

    /// <summary>The file to record to; null: nothing is recorded.</summary>
    public string? Record { get; init; }

    /// <summary>The recording ends before its file is longer than this, in bytes; null: no limit.</summary>
    public long? RecordLimit { get; init; }

    /// <summary>True: a file of that name is replaced.</summary>
    public bool RecordOverExisting { get; init; }
}
