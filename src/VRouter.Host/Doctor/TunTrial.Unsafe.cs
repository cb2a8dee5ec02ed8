using VRouter.Io.Linux;

namespace VRouter.Host.Doctor;

/// <summary>Tries to make a TAP device that ends with its descriptor.</summary>
internal static unsafe class TunTrial
{
    private const string Device = "/dev/net/tun";
    private const string Note = "workloads of driver tap, and those only, need it";

    public static Check Tap()
    {
        if (KernelModules.IsLoadable("tun"))
            return new Check("tap", CheckStatus.Ok, "the kernel has a module 'tun', which is loaded when first used", Note);
        if (!FileDescriptor.FromCall(Libc.open(Device, Libc.O_RDWR | Libc.O_CLOEXEC), $"open({Device})").TryGet(out var device, out var error))
            return new Check("tap", CheckStatus.Warning, error.ToString(), Note);
        using (device)
        {
            var request = new Libc.IfReq { Flags = Libc.IFF_TAP | Libc.IFF_NO_PI | Libc.IFF_VNET_HDR };
            if (Libc.ioctl(device.Number, Libc.TUNSETIFF, &request) < 0)
                return new Check("tap", CheckStatus.Warning, LinuxError.Last("ioctl(TUNSETIFF)").ToString(), Note);
            return Libc.ioctl(device.Number, Libc.TUNSETOFFLOAD, Libc.TUN_F_CSUM | Libc.TUN_F_TSO4) < 0
                ? new Check("tap", CheckStatus.Warning, LinuxError.Last("ioctl(TUNSETOFFLOAD)").ToString(), Note)
                : new Check("tap", CheckStatus.Ok, "the kernel makes TAP devices with offloads", Note);
        }
    }
}
