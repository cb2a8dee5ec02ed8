namespace VRouter.Host.Lab;

/// <summary>What a finished command left: its exit code and everything that it printed.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors);
