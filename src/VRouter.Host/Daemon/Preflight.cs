using VRouter.Host.Daemon.Guard;
using VRouter.Io.Linux;

namespace VRouter.Host.Daemon;

/// <summary>Says what this process lacks before anything is changed.</summary>
internal static class Preflight
{
    /// <summary>Does nothing if a router can start.</summary>
    /// <param name="useGuard">It sets the guard.</param>
    /// <param name="usesTaps">It makes TAP devices.</param>
    /// <exception cref="DaemonException">Something is missing.</exception>
    public static void Demand(bool useGuard, bool usesTaps)
    {
        var missing = new List<string>();
        if (!ProcessCapabilities.Has(Capability.NetRaw))
            missing.Add($"{ProcessCapabilities.NameOf(Capability.NetRaw)} (for packet sockets)");
        if ((useGuard || usesTaps) && !ProcessCapabilities.Has(Capability.NetAdmin))
            missing.Add($"{ProcessCapabilities.NameOf(Capability.NetAdmin)} (for {(useGuard ? "the nftables guard" : "TAP devices")})");
        if (missing.Count > 0)
        {
            throw DaemonException.Host($"this process lacks {string.Join(" and ", missing)}; run it as root, "
                + "or give its service AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW");
        }

        if (useGuard && NftCommand.Find() is null)
        {
            throw DaemonException.Host("the command 'nft' was not found; install the package 'nftables', "
                + "or use --no-guard and keep the kernel from treating the router's packets yourself");
        }
    }
}
