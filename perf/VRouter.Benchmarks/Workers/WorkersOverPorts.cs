using System.Diagnostics;
using VRouter.Core.Forwarding;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Bench;
using VRouter.Host.Daemon;
using VRouter.Io.Linux;
using VRouter.Io.Traffic;

namespace VRouter.Benchmarks.Workers;

/// <summary>
/// <c>workers io</c>: how workers scale over the kernel's interfaces. On a machine of two cores the sender cannot run beside two workers, so it fills the receive rings first; then the workers, each on a
/// core, empty them. Setups take turns. Prints frames a second of that, and processor time for each frame of all workers. Needs root; all is in a network namespace of its own each.
/// </summary>
internal static class WorkersOverPorts
{
    private const int Rounds = 21;
    private const int Flows = 256;
    private const int Frames = 16_384;
    private const int FrameSize = 64;
    private const int PoolSize = 2048;
    private static readonly MacAddress KernelMac = MacAddress.Parse("02:00:00:00:00:01");

    // Not the interface's, so that its kernel counts a frame and looks no further.
    private static readonly MacAddress NobodysMac = MacAddress.Parse("02:00:00:00:00:02");

    public static int Run()
    {
        var cores = PinnedThread.AllowedCores();
        if (cores.Length < 2)
        {
            Console.Error.WriteLine("two cores are needed");
            return 1;
        }

        Compare(cores, () => PortPair.Veths(1, 1), () => PortPair.VethsOfOneSender(2), () => PortPair.Veths(2, 1), () => PortPair.Veths(2, 2));
        Compare(cores, () => PortPair.Tap(1), () => PortPair.Tap(2));
        Compare(cores, () => PortPair.ToTap(1), () => PortPair.ToTap(2));
        return 0;
    }

    // All in turn; the first is what the others are compared with.
    private static void Compare(int[] cores, params Func<PortPair>[] makers)
    {
        var setups = new List<Setup>();
        Nest(0);

        void Nest(int made)
        {
            if (made < makers.Length)
            {
                NetworkNamespace.RunInNew<int>(() =>
                {
                    using var setup = new Setup(makers[made](), cores);
                    setups.Add(setup);
                    Nest(made + 1);
                    return 0;
                }).OrThrow();
                return;
            }

            for (var round = -2; round < Rounds; round++)
                setups.ForEach(setup => setup.Measure(isCounted: round >= 0));
            foreach (var setup in setups)
                Console.WriteLine($"{setup.Name}: {setup.Report(setups[0])}");
        }
    }

    private sealed class Setup : IDisposable
    {
        private readonly WorkerGroup group;
        private readonly PortPair ports;
        private readonly int[] cores;
        private readonly IFrameSender sender;
        private readonly List<double> rates = [];
        private readonly List<double> costs = [];

        public Setup(PortPair ports, int[] cores)
        {
            (this.ports, this.cores) = (ports, cores);
            group = WorkerGroup.Create(ports.In.Count, PoolSize, 1856, new EngineOptions());
            group.Publish(Tables());
            for (var worker = 0; worker < group.Count; worker++)
            {
                _ = group.Workers[worker].AttachPort(0, ports.In[worker]);
                _ = group.Workers[worker].AttachPort(1, ports.Out[worker]);
                group.Workers[worker].RunOnce(WorkerThread.Now);
            }

            sender = FrameSender.Open(ports.Entry, null, [.. Enumerable.Range(0, Flows).Select(Frame)]).OrThrow();
        }

        public string Name => ports.Name;

        private long Sent => ports.Out.Sum(port => port.Counters.TransmittedFrames);

        public void Measure(bool isCounted)
        {
            var before = Sent;
            for (var offered = 0; offered < Frames;)
                offered += sender.Send(Math.Min(64, Frames - offered));
            sender.Flush();
            var ends = new long[group.Count];
            var cost = new long[group.Count];
            var begin = 0L;
            using var start = new Barrier(group.Count, _ => begin = Stopwatch.GetTimestamp());
            var threads = Enumerable.Range(0, group.Count).Select(index => new Thread(() =>
            {
                _ = ThreadAffinity.Set(cores[^(index + 1)]).OrThrow();
                var worker = group.Workers[index];
                start.SignalAndWait();
                var clock = ThreadClock.Now();
                while (worker.RunOnce(WorkerThread.Now) > 0)
                {
                }

                ends[index] = Stopwatch.GetTimestamp();
                cost[index] = ThreadClock.Now() - clock;
                worker.Rest();
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            var frames = Sent - before;
            if (frames != Frames)
                throw new InvalidOperationException($"{Name}: of {Frames} frames {frames} were forwarded");
            if (!isCounted)
                return;
            rates.Add(frames / Stopwatch.GetElapsedTime(begin, ends.Max()).TotalSeconds);
            costs.Add((double)cost.Sum() / frames);
        }

        public string Report(Setup first) =>
            $"{Median(rates) / 1e6:0.00} Mpps ({rates.Max() / 1e6:0.00} at best), {Median(costs):0} ns a frame ({costs.Min():0} at least)"
            + (ReferenceEquals(this, first)
                ? ""
                : $"; beside {first.Name}: rate {Median([.. rates.Zip(first.rates, (mine, other) => mine / other)]):0.00}, "
                    + $"by processor time {Median([.. costs.Zip(first.costs, (mine, other) => group.Count * other / mine)]):0.00} (of least values {group.Count * first.costs.Min() / costs.Min():0.00})");

        public void Dispose()
        {
            sender.Dispose();
            group.Dispose();
        }

        private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }

    private static byte[] Frame(int flow)
    {
        var frame = new byte[FrameSize - 4];
        MacAddress.WorkloadGateway.Write(frame);
        KernelMac.Write(frame.AsSpan(6));
        (frame[12], frame[13]) = (8, 0);
        IPv4Header.Write(frame.AsSpan(14), (ushort)(frame.Length - 14), IpProtocol.Udp, Pod, Target);
        (frame[34], frame[35]) = (40, (byte)flow);
        (frame[36], frame[37]) = (1, 1);
        frame[39] = (byte)(frame.Length - 34);
        return frame;
    }

    private static readonly IPv4Address Pod = new(10, 42, 0, 2);
    private static readonly IPv4Address Target = new(10, 42, 1, 2);

    private static ForwardingTables Tables()
    {
        var fib = new MultibitTrie();
        fib.Set(IPv4Prefix.Host(Pod), 1);
        fib.Set(IPv4Prefix.Host(Target), 2);
        return new ForwardingTables
        {
            Fib = fib,
            Adjacencies = [ForwardingTables.NoRouteAdjacency, To(0, Pod, KernelMac), To(1, Target, NobodysMac)],
            Ports = [Workload(0, "in", Pod, KernelMac), Workload(1, "out", Target, NobodysMac)],
            NodeAddress = new IPv4Address(172, 16, 0, 1),
            LocalAddresses = new AddressSet([new IPv4Address(172, 16, 0, 1)]),
        };
    }

    private static Adjacency To(int port, IPv4Address address, MacAddress mac) =>
        new() { Kind = AdjacencyKind.NextHop, Port = port, NextHop = address, NextHopMac = mac, Mtu = 1500 };

    private static PortEntry Workload(int port, string name, IPv4Address address, MacAddress mac) => new()
    {
        Index = port, Name = name, Role = PortRole.Workload, Mac = MacAddress.WorkloadGateway, Mtu = 1500, WorkloadAddresses = [address], WorkloadMac = mac,
    };
}
