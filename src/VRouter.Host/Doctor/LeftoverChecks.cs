using VRouter.Host.Daemon;
using VRouter.Host.Daemon.Guard;
using VRouter.Host.Lab;

namespace VRouter.Host.Doctor;

/// <summary>The routers of this network namespace with their guards, and what routers and labs that crashed have left.</summary>
internal static class LeftoverChecks
{
    public static IEnumerable<Check> All() => [.. Guards(), .. Sockets(), .. Labs()];

    private static IEnumerable<Check> Guards()
    {
        var running = NodeLock.Holders();
        if (NftCommand.Find() is null || KernelModules.IsLoadable("nf_tables"))
            return running.Select(WithoutGuard);
        IReadOnlyList<string> guarded;
        try
        {
            guarded = KernelGuard.NodesInPlace();
        }
        catch (GuardException e)
        {
            return [new Check("guards", CheckStatus.Unknown, $"the guards cannot be listed: {e.Message}", "run 'vrouter doctor' as root")];
        }

        return running.Except(guarded).Select(WithoutGuard).Concat(guarded.Select(node => NodeLock.IsTaken(node)
            ? new Check("guard", CheckStatus.Ok, $"router {node} runs, and its guard is in place", $"nft list table netdev {GuardScript.TableOf(node)}")
            : new Check("guard", CheckStatus.Warning, $"the guard of {node} is in place, but no router {node} runs here",
                $"start it, or: nft delete table netdev {GuardScript.TableOf(node)}")));
    }

    private static Check WithoutGuard(string node) => new("guard", CheckStatus.Warning, $"router {node} runs without its guard",
        "the host's kernel treats the router's packets too; unless --no-guard is meant, restart the router");

    private static IEnumerable<Check> Sockets()
    {
        if (!Directory.Exists(ControlSocket.DefaultFolder))
            yield break;
        foreach (var path in Directory.EnumerateFiles(ControlSocket.DefaultFolder, "*.sock").Order(StringComparer.Ordinal))
        {
            if (!ControlSocket.IsServed(path))
                yield return new Check("control-socket", CheckStatus.Warning, $"nobody listens at {path}", $"a router crashed; starting it again replaces the file, or: rm {path}");
        }
    }

    private static IEnumerable<Check> Labs() => LabStore.Host.List()
        .Where(lab => lab.Phase != LabPhase.Up || lab.BootId != LabBoot.Id)
        .Select(lab => new Check("lab", CheckStatus.Warning, $"lab {lab.Name} is not whole", $"vrouter lab down {lab.Name}"));
}
