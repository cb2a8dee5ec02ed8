using VRouter.Core.Tunnels;
using VRouter.Host.Routing;

namespace VRouter.Host.Daemon;

/// <summary>The MTU that an interface made for a workload gets.</summary>
internal static class WorkloadMtu
{
    /// <summary>As Calico does: what fits into each tunnel that some pool uses, so that packets need no fragmentation whichever way they take.</summary>
    public static int Of(NodeView view)
    {
        var mtu = view.Uplink.Mtu;
        if (view.UsesIpip)
            mtu = Math.Min(mtu, view.Felix.IpipMtu ?? (view.Uplink.Mtu - Tunnel.IpipOverhead));
        if (view.UsesVxlan)
            mtu = Math.Min(mtu, view.Felix.VxlanMtu ?? (view.Uplink.Mtu - Tunnel.VxlanOverhead));
        return mtu;
    }
}
