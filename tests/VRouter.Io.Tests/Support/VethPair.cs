using VRouter.Io.Ports;
using VRouter.Io.Ports.AfXdp;

namespace VRouter.Io.Tests.Support;

/// <summary>A namespace "host" with the veth interface that a port opens, and a namespace "pod" with the other end.</summary>
/// <remarks>pod: eth0 (02:00:00:00:00:01) ---- host: cali0 (ee:ee:ee:ee:ee:ee), the port.</remarks>
internal sealed class VethPair : IDisposable
{
    public VethPair(int mtu = 1500, int queues = 1)
    {
        var several = queues == 1 ? "" : $"numtxqueues {queues} numrxqueues {queues} ";
        Pod = new TestNamespace();
        Host = new TestNamespace();
        Host.Ip($"link add cali0 mtu {mtu} address ee:ee:ee:ee:ee:ee {several}type veth peer name eth0 mtu {mtu} address 02:00:00:00:00:01 {several}netns {Pod.Name}");
        Host.Ip("link set cali0 up");
        Pod.Ip("link set eth0 up");
    }

    public TestNamespace Host { get; }

    public TestNamespace Pod { get; }

    public AfPacketPort OpenPort(int ringBytes = AfPacketPort.DefaultRingBytes) => AfPacketPort.Open("cali0", Host.Name, ringBytes).OrThrow();

    /// <summary>An AF_XDP port on the host's end, with a harness's frames.</summary>
    public AfXdpPort OpenXdpPort(PortHarness harness, bool isShared = false) => OpenXdpPort(new XdpMemory(harness.Pool), isShared);

    /// <summary>An AF_XDP port on the host's end, with frames that others share.</summary>
    public AfXdpPort OpenXdpPort(XdpMemory memory, bool isShared = false, int readyFrames = 256) =>
        AfXdpPort.Open("cali0", memory, new AfXdpOptions { NetworkNamespace = Host.Name, IsShared = isShared, ReadyFrames = readyFrames }).OrThrow();

    /// <summary>A port on the pod's end, to send and see raw frames there.</summary>
    public AfPacketPort OpenPodPort(int ringBytes = AfPacketPort.DefaultRingBytes) => AfPacketPort.Open("eth0", Pod.Name, ringBytes).OrThrow();

    public void Dispose()
    {
        Pod.Dispose();
        Host.Dispose();
    }
}
