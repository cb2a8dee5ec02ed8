using System.Text.Json;

namespace VRouter.Host.Daemon.Guard;

/// <summary>
/// Keeps the host's kernel from treating what the router takes: one nftables table for each node, in the network namespace of the calling
/// thread. Not thread-safe.
/// </summary>
public sealed class KernelGuard(string node)
{
    private GuardPlan? applied;
    private bool isGone;

    /// <summary>What is in place as far as this object knows; null before the first <see cref="Apply"/> and after <see cref="Remove"/>.</summary>
    public GuardPlan? Applied => applied;

    /// <summary>Puts the plan in place of what was there, also of what a crashed router left. A plan that is in place already costs nothing.</summary>
    /// <exception cref="GuardException">The kernel or nft refused; what was there stays.</exception>
    public void Apply(GuardPlan plan)
    {
        if (plan == applied && !isGone)
            return;
        Execute(GuardScript.Replace(plan));
        applied = plan;
        isGone = false;
    }

    /// <summary>Looks whether the table is still there; if not, the next <see cref="Apply"/> sets it again.</summary>
    /// <exception cref="GuardException">The tables cannot be listed.</exception>
    public bool IsInPlace()
    {
        isGone = !NodesInPlace().Contains(node);
        return !isGone;
    }

    /// <summary>Removes the table; it need not be there.</summary>
    /// <exception cref="GuardException">The kernel or nft refused.</exception>
    public void Remove()
    {
        Execute(GuardScript.Remove(node));
        applied = null;
    }

    /// <summary>The nodes whose tables are in this network namespace, whether or not a router runs.</summary>
    /// <exception cref="GuardException">The tables cannot be listed.</exception>
    public static IReadOnlyList<string> NodesInPlace()
    {
        var (exitCode, output, errors) = NftCommand.Run("", "-j", "list", "tables", "netdev");
        if (exitCode != 0)
            throw new GuardException(Explain(errors));
        using var listing = JsonDocument.Parse(output);
        return [.. listing.RootElement.GetProperty("nftables").EnumerateArray()
            .Where(item => item.TryGetProperty("table", out _))
            .Select(item => item.GetProperty("table").GetProperty("name").GetString()!)
            .Where(name => name.StartsWith(GuardScript.TablePrefix, StringComparison.Ordinal))
            .Select(name => name[GuardScript.TablePrefix.Length..])
            .Order(StringComparer.Ordinal)];
    }

    private static void Execute(string script)
    {
        var (exitCode, _, errors) = NftCommand.Run(script, "-f", "-");
        if (exitCode != 0)
            throw new GuardException(Explain(errors));
    }

    private static string Explain(string errors)
    {
        if (errors.Contains("Operation not permitted", StringComparison.Ordinal))
            return "nft may not change the kernel's rules; CAP_NET_ADMIN is needed";
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return $"nft refused the rules: {lines.FirstOrDefault() ?? "it gave no reason"}";
    }
}
