using System.Diagnostics;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Bench.Engine;
using VRouter.Host.Bench.Io;
using VRouter.Host.Daemon;
using VRouter.Io.Linux;
using VRouter.Io.Ports;
using VRouter.Io.Traffic;

namespace VRouter.Benchmarks.Ports;

/// <summary>
/// <c>ports</c>: what a frame costs a worker that has 10, 100 and 1,000 TAP ports, of which eight are in use: its processor time, at an even rate and as fast as one sender sends, and what
/// it costs when nothing comes. Needs root; all is in a network namespace of its own.
/// </summary>
internal static class PortsCommand
{
    private const int Rounds = 3;
    private const int Active = 8;
    private const int FrameSize = 64;
    private static readonly int[] Counts = [10, 100, 1000];
    private static readonly double?[] Rates = [20_000, 200_000, null];
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);
    private static readonly MacAddress KernelMac = MacAddress.Parse("02:00:00:00:00:01");

    public static int Run() => NetworkNamespace.RunInNew<int>(() =>
    {
        foreach (var count in Counts)
            Measure(count);
        return 0;
    }).OrThrow();

    private static void Measure(int count)
    {
        using var worker = new Worker(new FramePool(4096, 1856, 16), new EngineOptions());
        using var thread = new WorkerThread(worker, "bench-worker");
        var ports = new TapPort[count];
        KernelCalls.Spread(count, index => ports[index] = TapPort.Create(new TapOptions($"tap{index}")).OrThrow());
        foreach (var (index, port) in ports.Index())
            worker.AttachPort(index, port).Wait();
        worker.Publish(Tables(count)).Wait();
        using var sender = FrameSender.Open("tap0", null, [.. Enumerable.Range(0, 64).Select(Frame)]).OrThrow();
        var id = ProcessThreads.Of(Environment.ProcessId, "bench-worker").Single();
        foreach (var rate in Rates)
        {
            var (least, best) = (double.MaxValue, 0.0);
            for (var round = 0; round <= Rounds; round++)
            {
                var (before, start) = (Forwarded(worker), Stopwatch.GetTimestamp());
                var used = ProcessThreads.ProcessorTime(Environment.ProcessId, [id]);
                Pacing.Send(sender, rate, RoundTime, CancellationToken.None);
                var frames = Forwarded(worker) - before;
                if (round == 0)
                    continue;
                best = Math.Max(best, frames / Stopwatch.GetElapsedTime(start).TotalSeconds);
                least = Math.Min(least, (double)(ProcessThreads.ProcessorTime(Environment.ProcessId, [id]) - used) / frames);
            }

            Console.WriteLine($"{count,5} ports, {(rate is { } paced ? $"{paced / 1e3:0} k" : "as many as go"),14} frames/s offered: {best / 1e3:0.0} k forwarded, {least:0} ns of the worker for each");
        }

        Thread.Sleep(500);
        var idle = ProcessThreads.ProcessorTime(Environment.ProcessId, [id]);
        Thread.Sleep(2000);
        Console.WriteLine($"{count,5} ports, idle: {(ProcessThreads.ProcessorTime(Environment.ProcessId, [id]) - idle) / 2e7:0.00} % of a core");
    }

    private static long Forwarded(Worker worker) => worker.Engine.Counters.Received.Forwarded;

    // To the other ports in turn.
    private static byte[] Frame(int flow)
    {
        var frame = new byte[FrameSize - 4];
        MacAddress.WorkloadGateway.Write(frame);
        KernelMac.Write(frame.AsSpan(6));
        (frame[12], frame[13]) = (8, 0);
        IPv4Header.Write(frame.AsSpan(14), (ushort)(frame.Length - 14), IpProtocol.Udp, Address(0), Address(1 + (flow % (Active - 1))));
        frame[34] = (byte)flow;
        frame[39] = (byte)(frame.Length - 34);
        return frame;
    }

    private static IPv4Address Address(int port) => new(0x0a2a_0002u + (uint)port);

    private static ForwardingTables Tables(int count)
    {
        var fib = new MultibitTrie();
        for (var port = 0; port < count; port++)
            fib.Set(IPv4Prefix.Host(Address(port)), 1 + port);
        return new ForwardingTables
        {
            Fib = fib,
            // Another MAC address than the interface's, so that the kernel counts a frame and looks no further.
            Adjacencies =
            [
                ForwardingTables.NoRouteAdjacency,
                .. Enumerable.Range(0, count).Select(port => new Adjacency { Kind = AdjacencyKind.NextHop, Port = port, NextHop = Address(port), NextHopMac = KernelMac, Mtu = 1500 }),
            ],
            Ports =
            [
                .. Enumerable.Range(0, count).Select(port => new PortEntry
                {
                    Index = port, Name = $"tap{port}", Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = 1500, WorkloadAddresses = [Address(port)], WorkloadMac = KernelMac,
                }),
            ],
            NodeAddress = new IPv4Address(172, 16, 0, 1),
            LocalAddresses = new AddressSet([new IPv4Address(172, 16, 0, 1)]),
        };
    }
}
