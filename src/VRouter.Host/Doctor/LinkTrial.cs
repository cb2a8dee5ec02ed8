using VRouter.Io.Linux;
using VRouter.Io.Netlink;

namespace VRouter.Host.Doctor;

/// <summary>Tries to make an interface of a kind.</summary>
internal static class LinkTrial
{
    private const string TrialName = "trial0";

    public static Check Of(string kind, string module, string note)
    {
        if (KernelModules.IsLoadable(module))
            return new Check(kind, CheckStatus.Ok, $"the kernel has a module '{module}', which is not loaded", note);
        if (!RtnetlinkClient.Open().TryGet(out var kernel, out var error))
            return new Check(kind, CheckStatus.Unknown, error.ToString(), note);
        using (kernel)
        {
            return kernel.AddLink(TrialName, kind) switch
            {
                { Errno: var errno } when errno == Errno.EOPNOTSUPP => new Check(kind, CheckStatus.Absent, "the kernel knows no such interface", note),
                { Errno: var errno } refused when errno != Errno.EINVAL => new Check(kind, CheckStatus.Unknown, refused.ToString(), note),
                _ => new Check(kind, CheckStatus.Ok, "the kernel can make such interfaces", note),
            };
        }
    }
}
