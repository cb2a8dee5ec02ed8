using System.Buffers.Binary;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Io.Bpf;
using VRouter.Io.Linux;
using VRouter.Io.Netlink;
using VRouter.Io.Ports.AfPacket;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>What a port has in the kernel: a socket for each queue, the program on the interface with its maps, and for a shared interface the ear for ARP.</summary>
internal sealed class XdpAttachment : IDisposable
{
    private const int MostDestinations = 1 << 20;
    private const int MostFragmented = 4096;
    private const int MostTags = 4;

    private readonly XdpMemory memory;
    private readonly List<XdpSocket> sockets = [];
    private readonly int reserved;
    private FileDescriptor? epoll;
    private BpfMap? queues;
    private BpfMap? destinations;
    private BpfMap? fragments;
    private BpfLink? link;
    private XdpFilter? filter;

    private XdpAttachment(FileDescriptor question, XdpMemory memory, int reserved)
    {
        Question = question;
        this.memory = memory;
        this.reserved = reserved;
    }

    /// <summary>One for each queue.</summary>
    public IReadOnlyList<XdpSocket> Sockets => sockets;

    /// <summary>A socket to ask about the interface through, which AF_XDP sockets do not answer.</summary>
    public FileDescriptor Question { get; }

    /// <summary>The ear for ARP, on a shared interface.</summary>
    public ArpListener? Arp { get; private set; }

    /// <summary>Whether the driver runs the program.</summary>
    public bool IsNative => link!.IsNative;

    /// <summary>Readable when any socket is.</summary>
    public int Descriptor => epoll?.Number ?? sockets[0].Descriptor.Number;

    /// <summary>Opens the sockets and starts the program.</summary>
    public static Result<XdpAttachment> Open(Link on, XdpMemory memory, AfXdpOptions options, PortCounters counters)
    {
        var operation = $"AF_XDP on '{on.Name}'";
        var longest = on.Mtu + EthernetHeader.Size + MostTags;
        if (longest > memory.LongestFrame)
            return new LinuxError(operation, Errno.EMSGSIZE, $"with the MTU of {on.Mtu} frames have up to {longest} bytes, and the worker's hold {memory.LongestFrame} behind the kernel's headroom");
        if (!FileDescriptor.FromCall(Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0), "socket(AF_INET)").TryGet(out var question, out var error))
            return error;
        var count = EthtoolQuery.ReceiveQueues(question, on.Name);
        if (!memory.TryReserve(count * options.ReadyFrames))
        {
            question.Dispose();
            return new LinuxError(operation, Errno.ENOMEM,
                $"{count * options.ReadyFrames} frames are needed to receive into, and other ports have {memory.Reserved} of the worker's {memory.Pool.Capacity}");
        }

        var attachment = new XdpAttachment(question, memory, count * options.ReadyFrames);
        var failure = attachment.OpenSockets(on, count, options, counters)
            ?? attachment.MakeMaps(options.IsShared)
            ?? attachment.Attach(on, options.IsShared);
        if (failure is null)
            return attachment;
        attachment.Dispose();
        return failure.Value;
    }

    /// <summary>Puts a filter in the place of the one before; null is success.</summary>
    public LinuxError? SetFilter(XdpFilter next)
    {
        if (destinations is null || next == filter)
            return null;
        var before = filter?.Destinations ?? [];
        // New prefixes first and old ones last, so that what stays is never missing.
        foreach (var prefix in next.Destinations.Except(before))
        {
            if (destinations.Set(KeyOf(prefix), 1) is { } failure)
                return failure;
        }

        if (filter is null || filter with { Destinations = next.Destinations } != next)
        {
            if (!BpfProgram.LoadXdp("vrouter_uplink", XdpPrograms.ForUplink(queues!.Descriptor, destinations.Descriptor, fragments!.Descriptor, next)).TryGet(out var program, out var error))
                return error;
            using (program)
            {
                if (link!.Replace(program) is { } failure)
                    return failure;
            }
        }

        filter = next;
        foreach (var prefix in before.Except(next.Destinations))
        {
            if (destinations.Remove(KeyOf(prefix)) is { } failure)
                return failure;
        }

        return null;
    }

    /// <summary>Takes errors that wait on the sockets.</summary>
    /// <returns>True if there was one.</returns>
    public bool TakeErrors()
    {
        var any = false;
        foreach (var socket in sockets)
            any |= PacketSocket.TakeError(socket.Descriptor).IsError;
        return any;
    }

    /// <summary>Ends the program, then closes the sockets.</summary>
    public void Dispose()
    {
        link?.Dispose();
        Arp?.Dispose();
        epoll?.Dispose();
        foreach (var socket in sockets)
            socket.Dispose();
        queues?.Dispose();
        destinations?.Dispose();
        fragments?.Dispose();
        Question.Dispose();
        memory.Unreserve(reserved);
    }

    private LinuxError? OpenSockets(Link on, int count, AfXdpOptions options, PortCounters counters)
    {
        for (var queue = 0; queue < count; queue++)
        {
            if (!XdpSocket.Open(memory, on.Index, queue, options.RingSize).TryGet(out var socket, out var error))
                return error;
            sockets.Add(socket);
        }

        if (options.IsShared)
        {
            if (!ArpListener.Open(on.Name, on.Index, counters).TryGet(out var arp, out var error))
                return error;
            Arp = arp;
        }

        return sockets.Count == 1 && Arp is null ? null : MakeEpoll();
    }

    private LinuxError? MakeEpoll()
    {
        if (!FileDescriptor.FromCall(Libc.epoll_create1(Libc.EPOLL_CLOEXEC), "epoll_create1").TryGet(out epoll, out var error))
            return error;
        foreach (var descriptor in sockets.Select(socket => socket.Descriptor).Concat(Arp is { } arp ? [arp.Descriptor] : []))
        {
            if (Libc.EpollAdd(epoll.Number, descriptor.Number) < 0)
                return LinuxError.Last("epoll_ctl");
        }

        return null;
    }

    private LinuxError? MakeMaps(bool isShared)
    {
        if (!BpfMap.Create(Libc.BPF_MAP_TYPE_XSKMAP, sizeof(uint), sockets.Count).TryGet(out queues, out var error)
            || (isShared && !BpfMap.Create(Libc.BPF_MAP_TYPE_LPM_TRIE, sizeof(ulong), MostDestinations, Libc.BPF_F_NO_PREALLOC).TryGet(out destinations, out error))
            || (isShared && !BpfMap.Create(Libc.BPF_MAP_TYPE_LRU_HASH, sizeof(ulong), MostFragmented).TryGet(out fragments, out error)))
            return error;
        for (var queue = 0; queue < sockets.Count; queue++)
        {
            if (queues.Set((ulong)queue, (uint)sockets[queue].Descriptor.Number) is { } failure)
                return failure;
        }

        return null;
    }

    private LinuxError? Attach(Link on, bool isShared)
    {
        var (name, code) = isShared
            ? ("vrouter_uplink", XdpPrograms.ForUplink(queues!.Descriptor, destinations!.Descriptor, fragments!.Descriptor, filter: null))
            : ("vrouter_port", XdpPrograms.ForWorkload(queues!.Descriptor));
        if (!BpfProgram.LoadXdp(name, code).TryGet(out var program, out var error))
            return error;
        using (program)
        {
            if (BpfLink.AttachXdp(program, on.Index, isNative: true).TryGet(out link, out error))
                return null;
            if (error.Errno != Errno.EOPNOTSUPP)
                return error with { Detail = error.Detail ?? ReasonOf(error.Errno) };

            // The generic code sees finished socket buffers: also those that were joined from many segments, which fit no frame.
            if (EthtoolQuery.CoalescesReceived(Question, on.Name))
            {
                return error with
                {
                    Detail = $"the driver of '{on.Name}' runs no XDP programs itself, and in generic mode joined segments would be lost: switch that off (ethtool -K {on.Name} gro off)",
                };
            }

            return BpfLink.AttachXdp(program, on.Index, isNative: false).TryGet(out link, out error) ? null : error;
        }
    }

    private static string? ReasonOf(Errno errno) =>
        errno == Errno.ERANGE ? "the MTU of the interface or of its peer is too large for the driver's XDP"
        : errno == Errno.ENOSPC ? "the driver's XDP needs as many receive queues as its peer has transmit queues"
        : null;

    // struct bpf_lpm_trie_key: the length of the prefix, then its bits as on the wire.
    private static ulong KeyOf(IPv4Prefix prefix)
    {
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        BitConverter.TryWriteBytes(key, prefix.Length);
        BinaryPrimitives.WriteUInt32BigEndian(key[sizeof(uint)..], prefix.Network.Value);
        return BitConverter.ToUInt64(key);
    }
}
