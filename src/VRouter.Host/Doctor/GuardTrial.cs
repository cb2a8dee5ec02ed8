using VRouter.Core.Wire;
using VRouter.Host.Daemon.Guard;

namespace VRouter.Host.Doctor;

/// <summary>Tries to set and remove a guard on the loopback interface of the trial's namespace.</summary>
internal static class GuardTrial
{
    private const string Name = "nft-netdev-ingress";
    private const string Note = "the guard needs it: else the host answers IPIP with 'protocol unreachable' and may forward pods' packets twice; "
        + "'vrouter run --no-guard' does without";

    public static Check IngressHook()
    {
        if (NftCommand.Find() is { } path && KernelModules.IsLoadable("nf_tables"))
            return new Check(Name, CheckStatus.Ok, $"{path}, and a kernel module 'nf_tables', which is loaded when first used", Note);
        try
        {
            var guard = new KernelGuard("trial");
            guard.Apply(new GuardPlan
            {
                Node = "trial",
                Uplink = new GuardedInterface("lo", 1),
                NodeAddress = IPv4Address.WorkloadGateway,
                VxlanL4Port = 4789,
            });
            guard.Remove();
            return new Check(Name, CheckStatus.Ok, "nft sets rules at an interface's ingress", Note);
        }
        catch (GuardException e)
        {
            return new Check(Name, CheckStatus.Missing, e.Message, Note);
        }
    }
}
