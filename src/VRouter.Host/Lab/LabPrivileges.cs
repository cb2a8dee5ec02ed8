using VRouter.Io.Linux;

namespace VRouter.Host.Lab;

/// <summary>Whether this process may build labs.</summary>
internal static class LabPrivileges
{
    /// <summary>True if the process has CAP_NET_ADMIN and CAP_SYS_ADMIN.</summary>
    public static bool Sufficient => ProcessCapabilities.Has(Capability.NetAdmin) && ProcessCapabilities.Has(Capability.SysAdmin);

    /// <summary>Does nothing if the privileges suffice.</summary>
    /// <exception cref="LabException">They do not.</exception>
    public static void Demand()
    {
        if (!Sufficient)
            throw new LabException("network namespaces can be made only with CAP_NET_ADMIN and CAP_SYS_ADMIN; run this as root");
    }
}
