using System.Diagnostics;
using VRouter.Io.Linux;
using VRouter.Io.Ports;

namespace VRouter.Benchmarks.Workers;

/// <summary>Where frames enter and leave in <see cref="WorkersOverPorts"/>: a queue of each for each worker, in the calling thread's network namespace, which it is alone in.</summary>
/// <param name="Name">How it is called in the report.</param>
/// <param name="Entry">The interface that the sender sends to.</param>
/// <param name="In">Where frames come in.</param>
/// <param name="Out">Where they leave.</param>
internal sealed record PortPair(string Name, string Entry, IReadOnlyList<IPort> In, IReadOnlyList<IPort> Out)
{
    private const int RingBytes = 96 << 20;
    private const int DeviceQueue = 30_000;

    /// <summary>Two veths. Each worker sends by AF_XDP: on a queue of its own if there are so many, else beside the others.</summary>
    public static PortPair Veths(int workers, int queues)
    {
        Veth("in", 1);
        Veth("out", queues);
        var ports = AfPacketPort.OpenShared("out0", workers).OrThrow();
        return new PortPair($"veth, {Said(workers)} by {string.Join(" and ", ports.Select(port => port.SendMethod))}", "in1", AfPacketPort.OpenShared("in0", workers, ringBytes: RingBytes).OrThrow(), ports);
    }

    /// <summary>Two veths; workers after the first send by sendmmsg(2), since another's socket has the queue.</summary>
    public static PortPair VethsOfOneSender(int workers)
    {
        Veth("in", 1);
        Veth("out", 1);
        List<AfPacketPort> ports = [.. Enumerable.Range(0, workers).Select(_ => AfPacketPort.Open("out0").OrThrow())];
        return new PortPair($"veth, {Said(workers)} by {string.Join(" and ", ports.Select(port => port.SendMethod))}", "in1", AfPacketPort.OpenShared("in0", workers, ringBytes: RingBytes).OrThrow(), ports);
    }

    /// <summary>From a TAP with a queue for each worker to a veth.</summary>
    public static PortPair Tap(int workers)
    {
        Veth("out", 1);
        var taps = TapPort.CreateShared(new TapOptions("tap0"), workers, 0).OrThrow();
        Ip($"link set tap0 txqueuelen {DeviceQueue}");
        return new PortPair($"tap, {Said(workers)}", "tap0", taps, AfPacketPort.OpenShared("out0", workers).OrThrow());
    }

    /// <summary>From a veth to a TAP, whose kernel drops what comes.</summary>
    public static PortPair ToTap(int workers)
    {
        Veth("in", 1);
        return new PortPair($"veth to tap, {Said(workers)}", "in1", AfPacketPort.OpenShared("in0", workers, ringBytes: RingBytes).OrThrow(), TapPort.CreateShared(new TapOptions("tap0"), workers, 0).OrThrow());
    }

    private static string Said(int workers) => workers == 1 ? "one worker" : $"{workers} workers";

    private static void Veth(string name, int queues)
    {
        Ip($"link add {name}0 numtxqueues {queues} numrxqueues {queues} type veth peer name {name}1 numtxqueues {queues} numrxqueues {queues}");
        Ip($"link set {name}0 up");
        Ip($"link set {name}1 up");
    }

    private static void Ip(string arguments)
    {
        using var process = Process.Start("ip", arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip {arguments} failed");
    }
}
