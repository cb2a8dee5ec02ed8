using System.Text;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.Tap;

/// <summary>Makes TAP devices through /dev/net/tun (linux/if_tun.h). The device lives as long as its descriptor.</summary>
internal static unsafe class TapDevice
{
    private const string ControlDevice = "/dev/net/tun";

    /// <summary>
    /// A new device in the calling thread's network namespace, down: frames are read and written through the descriptor, which does not block, each with a
    /// virtio-net header of 10 bytes in front.
    /// </summary>
    public static Result<FileDescriptor> Create(string name)
    {
        var operation = $"create(TAP device '{name}')";
        if (!IsValidName(name))
            return new LinuxError(operation, Errno.EINVAL, "a name has 1 to 15 bytes, none of them '/', ':', '%', white space or zero");
        var number = Libc.open(ControlDevice, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        var hint = number < 0 && (Errno.Last == Errno.ENOENT || Errno.Last == Errno.ENODEV) ? "TAP devices need the kernel's driver 'tun'" : null;
        var opened = FileDescriptor.FromCall(number, $"open({ControlDevice})", hint);
        if (!opened.TryGet(out var descriptor, out var error))
            return error;
        if (Configure(descriptor.Number, name))
            return descriptor;
        var errno = Errno.Last;
        descriptor.Dispose();
        var detail = errno == Errno.EBUSY ? "an interface of that name is there already"
            : errno == Errno.EPERM ? "creating interfaces needs the capability CAP_NET_ADMIN"
            : null;
        return new LinuxError(operation, errno, detail);
    }

    private static bool Configure(int descriptor, string name)
    {
        var request = new Libc.IfReq { Flags = Libc.IFF_TAP | Libc.IFF_NO_PI | Libc.IFF_VNET_HDR | Libc.IFF_TUN_EXCL };
        Encoding.UTF8.GetBytes(name, request.Name);
        var headerSize = Offload.VirtioNetHeader.Size;
        return Libc.ioctl(descriptor, Libc.TUNSETIFF, &request) >= 0
            && Libc.ioctl(descriptor, Libc.TUNSETVNETHDRSZ, &headerSize) >= 0
            && EnableOffloads(descriptor);
    }

    /// <summary>Takes super-frames of TCP, and of UDP where the kernel (6.2) knows them: its stack then works once per super-frame.</summary>
    private static bool EnableOffloads(int descriptor)
    {
        const nuint tcp = Libc.TUN_F_CSUM | Libc.TUN_F_TSO4 | Libc.TUN_F_TSO_ECN;
        return Libc.ioctl(descriptor, Libc.TUNSETOFFLOAD, tcp | Libc.TUN_F_USO4 | Libc.TUN_F_USO6) >= 0
            || Libc.ioctl(descriptor, Libc.TUNSETOFFLOAD, tcp) >= 0;
    }

    private static bool IsValidName(string name) =>
        Encoding.UTF8.GetByteCount(name) is > 0 and < Libc.IFNAMSIZ
        && name is not ("." or "..")
        && !name.Any(c => c is '/' or ':' or '%' or '\0' || char.IsWhiteSpace(c));
}
