using VRouter.Io.Linux;

namespace VRouter.Io.Traffic;

/// <summary>Opens the fastest sender that the kernel gives: AF_XDP, else packet sockets with sendmmsg.</summary>
public static class FrameSender
{
    /// <summary>Opens a sender on an interface.</summary>
    /// <param name="interfaceName">The interface.</param>
    /// <param name="networkNamespace">The network namespace that has it; null is the calling thread's.</param>
    /// <param name="frames">The frames, each at most 2,048 bytes from the Ethernet header, sent in turn.</param>
    public static Result<IFrameSender> Open(string interfaceName, string? networkNamespace, IReadOnlyList<byte[]> frames) =>
        NetworkNamespace.Run<IFrameSender>(networkNamespace, () =>
        {
            var index = (int)Libc.if_nametoindex(interfaceName);
            if (index == 0)
                return LinuxError.Last($"if_nametoindex({interfaceName})");
            if (XdpFrameSender.Open(index, frames).TryGet(out var fast, out _))
                return fast;
            return PacketFrameSender.Open(interfaceName, index, frames).TryGet(out var plain, out var error) ? plain : error;
        });
}
