using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon;

/// <summary>How many frames a worker has, and how long they can be.</summary>
internal static class FrameBuffers
{
    /// <summary>af-xdp: frames that each queue of the uplink keeps ready to receive into.</summary>
    public const int ReadyOfUplinkQueue = 1024;

    /// <summary>af-xdp: frames that a workload's interface keeps ready to receive into.</summary>
    public const int ReadyOfWorkload = 512;

    /// <summary>af-xdp: frames that a queue keeps ready after a burst, at most.</summary>
    public const int MostReadyOfQueue = 4096;

    // The longest Ethernet header with two tags, some bytes that drivers pad with, and what AF_XDP leaves free in front beyond the headroom.
    private const int LinkOverhead = 128;
    private const int LeastCapacity = 1856;
    private const int MostMemory = 64 << 20;
    private const int MostFrames = 4096;
    private const int FewestFrames = 1024;
    private const int UplinkQueues = 4;
    private const int LaterWorkloads = 16;
    private const int RingMemory = 256 << 20;
    private const int LeastRing = 256 << 10;

    /// <summary>
    /// Frames for super-frames: more than ports receive in one pass, and some that wait for ARP. When they are used up, super-frames are cut at receipt.
    /// </summary>
    public const int LargeCount = 256;

    /// <summary>Bytes for the longest frame of the interfaces that the node uses now.</summary>
    public static int CapacityFor(HostState host, ClusterState state, RouterConfiguration router)
    {
        var names = state.EndpointsOf(router.Name).Select(endpoint => endpoint.InterfaceName).Append(router.Uplink.Interface).ToHashSet();
        var longest = host.Links.Where(link => names.Contains(link.Name)).Select(link => link.Mtu).DefaultIfEmpty(0).Max();
        return CapacityFor(longest);
    }

    /// <summary>Bytes for the longest frame of links with this MTU.</summary>
    public static int CapacityFor(int mtu) => Math.Max(LeastCapacity, mtu + LinkOverhead);

    /// <summary>Frames that the node's AF_XDP ports may lend to the kernel, with room for workloads that come later.</summary>
    public static int CountForXdp(ClusterState state, RouterConfiguration router)
    {
        var ports = (router.Uplink.Driver == PortDriver.AfXdp ? UplinkQueues * ReadyOfUplinkQueue : 0)
            + (router.Workloads.Driver == PortDriver.AfXdp ? (state.EndpointsOf(router.Name).Count() + LaterWorkloads) * ReadyOfWorkload : 0);
        return ports + (ports / 4);
    }

    /// <summary>
    /// af-packet: bytes of a workload's receive ring. Up to 64 workloads have rings of full size; more share what these would take, down to 256 KiB for each (at an MTU of 1500, 148 frames).
    /// </summary>
    public static int RingBytesFor(ClusterState state, RouterConfiguration router) =>
        Math.Clamp(RingMemory / Math.Max(1, state.EndpointsOf(router.Name).Count()), LeastRing, AfPacketPort.DefaultRingBytes);

    /// <summary>As many as one worker needs to fill its rings, fewer where they are long.</summary>
    public static int CountFor(int frameCapacity) => Math.Clamp(MostMemory / frameCapacity, FewestFrames, MostFrames);
}
