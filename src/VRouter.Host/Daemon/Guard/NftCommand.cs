using VRouter.Host.Lab;

namespace VRouter.Host.Daemon.Guard;

/// <summary>Runs nft(8) in the network namespace of the calling thread.</summary>
internal static class NftCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Where distributions put it; a user's PATH often lacks these.
    private static readonly string[] SystemDirectories = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    /// <summary>Where nft is, or null.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Concat(SystemDirectories)
        .Select(directory => Path.Combine(directory, "nft"))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs nft to its end.</summary>
    /// <param name="input">What it reads from standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="GuardException">It is not installed, cannot be run, or does not end.</exception>
    public static CommandResult Run(string input, params string[] arguments)
    {
        var path = Find() ?? throw new GuardException("the command 'nft' was not found; install the package 'nftables'");
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return HostCommand.RunAsync(path, arguments, input, patience.Token).GetAwaiter().GetResult();
        }
        catch (LabException e)
        {
            throw new GuardException(e.Message, e);
        }
        catch (OperationCanceledException e)
        {
            throw new GuardException($"nft did not end within {Patience.TotalSeconds:0} seconds", e);
        }
    }
}
