using VRouter.Core.Frames;
using VRouter.Io.Linux;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>
/// The memory of a worker's frames as the UMEM that all its AF_XDP ports share: what one port received is sent by another from where it lies. Frames that the kernel
/// has, to receive into or to send, are rented from the pool meanwhile, so that <see cref="FramePool.Outstanding"/> counts them.
/// </summary>
/// <remarks>Ports are opened and closed by one thread at a time; it need not be the worker's.</remarks>
/// <param name="pool">The worker's frames.</param>
public sealed class XdpMemory(FramePool pool)
{
    // What is left for the router's own work, whatever the ports lend to the kernel.
    private const int ShareForPorts = 4;
    private const int ShareOf = 5;

    private readonly List<FileDescriptor> sockets = [];

    /// <summary>The frames.</summary>
    public FramePool Pool => pool;

    /// <summary>The longest frame in bytes that the kernel receives into a slot: it leaves XDP_PACKET_HEADROOM bytes free in front.</summary>
    public int LongestFrame => pool.Stride - Libc.XDP_PACKET_HEADROOM;

    /// <summary>Frames that open ports may lend to the kernel for receiving.</summary>
    public int Reserved { get; private set; }

    /// <summary>The sockets that were bound to this memory and are open.</summary>
    internal IReadOnlyList<FileDescriptor> Sockets => sockets;

    /// <summary>Sets frames aside for a port's fill rings.</summary>
    /// <returns>False if the router itself would be left with too few.</returns>
    internal bool TryReserve(int frames)
    {
        if (Reserved + frames > pool.Capacity / ShareOf * ShareForPorts)
            return false;
        Reserved += frames;
        return true;
    }

    /// <summary>Takes back what was set aside.</summary>
    internal void Unreserve(int frames) => Reserved -= frames;

    /// <summary>A socket was bound to the memory.</summary>
    internal void Add(FileDescriptor socket) => sockets.Add(socket);

    /// <summary>A socket is about to be closed.</summary>
    internal void Remove(FileDescriptor socket) => sockets.Remove(socket);
}
