using VRouter.Io.Linux;
using VRouter.Io.Ports.AfPacket;

namespace VRouter.Io.Tests.Support;

/// <summary>A hostile pod: a packet socket that sends frames with whatever virtio-net header it likes.</summary>
internal sealed unsafe class OffloadSender : IDisposable
{
    private readonly FileDescriptor socket;

    public OffloadSender(TestNamespace network, string interfaceName, int mark = 0) => socket = NetworkNamespace.Run<FileDescriptor>(network.Name, () =>
    {
        var opened = PacketSocket.Open().OrThrow();
        Assert.Null(PacketSocket.Set(opened, Libc.SOL_PACKET, Libc.PACKET_VNET_HDR, 1, "PACKET_VNET_HDR"));
        Assert.Null(PacketSocket.Set(opened, Libc.SOL_SOCKET, Libc.SO_MARK, mark, "SO_MARK"));
        Assert.Null(PacketSocket.Bind(opened, (int)Libc.if_nametoindex(interfaceName), 0, interfaceName));
        return opened;
    }).OrThrow();

    /// <summary>False if the kernel refuses the header or the frame.</summary>
    public bool TrySend(ReadOnlySpan<byte> headerAndFrame)
    {
        fixed (byte* bytes = headerAndFrame)
            return Libc.send(socket.Number, bytes, (nuint)headerAndFrame.Length, Libc.MSG_DONTWAIT) >= 0;
    }

    public void Dispose() => socket.Dispose();
}
