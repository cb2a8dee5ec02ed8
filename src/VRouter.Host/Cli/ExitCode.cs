namespace VRouter.Host.Cli;

/// <summary>The exit codes of the vrouter command.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The host refused: a permission, an interface, a kernel feature or a tool is missing, or nobody answers.</summary>
    public const int HostError = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int ConfigurationError = 2;

    /// <summary>A fuzzer, or a check of a replay, found something.</summary>
    public const int Found = 3;
}
