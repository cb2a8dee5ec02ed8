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
    /// <param name="name">Its name.</param>
    /// <param name="hasQueues">True: <see cref="AddQueue"/> may follow.</param>
    /// <param name="offloads">What the kernel leaves to the router: what it knows of them.</param>
    public static Result<FileDescriptor> Create(string name, bool hasQueues, out TapOffloads offloads)
    {
        offloads = TapOffloads.None;
        var operation = $"create(TAP device '{name}')";
        if (!IsValidName(name))
            return new LinuxError(operation, Errno.EINVAL, "a name has 1 to 15 bytes, none of them '/', ':', '%', white space or zero");
        if (!Open().TryGet(out var descriptor, out var error))
            return error;
        var headerSize = Offload.VirtioNetHeader.Size;
        if (Attach(descriptor.Number, name, (short)(Libc.IFF_TUN_EXCL | (hasQueues ? Libc.IFF_MULTI_QUEUE : 0)))
            && Libc.ioctl(descriptor.Number, Libc.TUNSETVNETHDRSZ, &headerSize) >= 0)
        {
            offloads = EnableOffloads(descriptor.Number);
            return descriptor;
        }

        var errno = Errno.Last;
        descriptor.Dispose();
        var detail = errno == Errno.EBUSY ? "an interface of that name is there already"
            : errno == Errno.EPERM ? "creating interfaces needs the capability CAP_NET_ADMIN"
            : null;
        return new LinuxError(operation, errno, detail);
    }

    /// <summary>One more queue of a device that was made for several, which has all settings of the device.</summary>
    public static Result<FileDescriptor> AddQueue(string name)
    {
        if (!Open().TryGet(out var descriptor, out var error))
            return error;
        if (Attach(descriptor.Number, name, Libc.IFF_MULTI_QUEUE))
            return descriptor;
        error = LinuxError.Last($"add a queue(TAP device '{name}')");
        descriptor.Dispose();
        return error;
    }

    private static Result<FileDescriptor> Open()
    {
        var number = Libc.open(ControlDevice, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        var hint = number < 0 && (Errno.Last == Errno.ENOENT || Errno.Last == Errno.ENODEV) ? "TAP devices need the kernel's driver 'tun'" : null;
        return FileDescriptor.FromCall(number, $"open({ControlDevice})", hint);
    }

    private static bool Attach(int descriptor, string name, short flags)
    {
        var request = new Libc.IfReq { Flags = (short)(Libc.IFF_TAP | Libc.IFF_NO_PI | Libc.IFF_VNET_HDR | flags) };
        Encoding.UTF8.GetBytes(name, request.Name);
        return Libc.ioctl(descriptor, Libc.TUNSETIFF, &request) >= 0;
    }

    /// <summary>Takes super-frames of TCP, and of UDP where the kernel (6.2) knows them: its stack then works once per super-frame. An older one does all by itself.</summary>
    private static TapOffloads EnableOffloads(int descriptor)
    {
        const nuint tcp = Libc.TUN_F_CSUM | Libc.TUN_F_TSO4 | Libc.TUN_F_TSO_ECN;
        if (Libc.ioctl(descriptor, Libc.TUNSETOFFLOAD, tcp | Libc.TUN_F_USO4 | Libc.TUN_F_USO6) >= 0)
            return TapOffloads.TcpAndUdp;
        return Libc.ioctl(descriptor, Libc.TUNSETOFFLOAD, tcp) >= 0 ? TapOffloads.Tcp : TapOffloads.None;
    }

    private static bool IsValidName(string name) =>
        Encoding.UTF8.GetByteCount(name) is > 0 and < Libc.IFNAMSIZ
        && name is not ("." or "..")
        && !name.Any(c => c is '/' or ':' or '%' or '\0' || char.IsWhiteSpace(c));
}
