using System.Text;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;

namespace VRouter.Host.Doctor;

/// <summary>Asks a new veth, ethtool(8), which offloads this kernel gives it.</summary>
internal static unsafe class OffloadTrial
{
    private const string Name = "veth-offloads";
    private const string TrialName = "trial1";
    private const string Note = "vRouter completes checksums and cuts super-frames itself; nothing needs to be switched off";

    // ETHTOOL_GRXCSUM and so on, linux/ethtool.h.
    private static readonly (uint Command, string Name)[] Offloads =
        [(0x14, "rx-checksum"), (0x16, "tx-checksum"), (0x1e, "tso"), (0x23, "gso"), (0x2b, "gro")];

    public static Check Veth()
    {
        if (KernelModules.IsLoadable("veth"))
            return new Check(Name, CheckStatus.Unknown, "the kernel has a module 'veth', which is not loaded", Note);
        if (!RtnetlinkClient.Open().TryGet(out var kernel, out var error))
            return new Check(Name, CheckStatus.Unknown, error.ToString(), Note);
        using (kernel)
        {
            if (kernel.AddLink(TrialName, "veth") is { } refused)
                return new Check(Name, CheckStatus.Unknown, refused.ToString(), Note);
        }

        var opened = FileDescriptor.FromCall(Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0), "socket(ethtool)");
        if (!opened.TryGet(out var socket, out error))
            return new Check(Name, CheckStatus.Unknown, error.ToString(), Note);
        using (socket)
        {
            var shown = Offloads.Select(offload => $"{offload.Name} {Ask(socket.Number, offload.Command)}");
            return new Check(Name, CheckStatus.Ok, string.Join(", ", shown), Note);
        }
    }

    private static string Ask(int socket, uint command)
    {
        // struct ethtool_value: the command, and the answer behind it.
        var value = stackalloc uint[] { command, 0 };
        var request = default(Libc.IfReq);
        Encoding.ASCII.GetBytes(TrialName, request.Name);
        request.Value[0] = (ulong)value;
        return Libc.ioctl(socket, Libc.SIOCETHTOOL, &request) < 0 ? "unknown" : value[1] != 0 ? "on" : "off";
    }
}
