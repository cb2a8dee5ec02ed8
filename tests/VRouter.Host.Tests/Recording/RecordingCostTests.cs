using System.Diagnostics;
using VRouter.Core.Forwarding;
using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Daemon;
using VRouter.Host.Demo;
using VRouter.Host.Recording;
using VRouter.Host.Routing;
using VRouter.Host.Tests.Routing;
using VRouter.Io.Ports;
using VRouter.TestKit;
using Xunit.Abstractions;

namespace VRouter.Host.Tests.Recording;

public sealed class RecordingCostTests(ITestOutputHelper output) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrouter-record").FullName;

    [Theory]
    [InlineData(22, 60)]
    [InlineData(1300, 10)]
    public void RunOnce_Recorded_AllocatesNothing(int payload, int passes)
    {
        using var plain = new Forwarder(payload, null);
        using var recorded = new Forwarder(payload, Path.Combine(folder, "cost.pcapng"));
        var (without, with) = (new List<double>(), new List<double>());
        var least = long.MaxValue;
        for (var batch = 0; batch < 40; batch++)
        {
            without.Add(plain.Run(passes, out _));
            with.Add(recorded.Run(passes, out var allocated));
            least = Math.Min(least, allocated);
            recorded.AwaitWriter();
        }

        Assert.Equal(0, least);
        Assert.Null(recorded.Failure);
        // The time is told, and proves nothing on a busy machine.
        output.WriteLine($"payload {payload}: {Times(without)} ns a frame, recorded {Times(with)} (median, least)");
    }

    private static string Times(List<double> batches) => $"{batches[20..].Order().ElementAt(10):0.0}, {batches.Min():0.0}";

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private sealed class Forwarder : IDisposable
    {
        // At most a chunk is not handed over yet, and several may wait.
        private const int Slack = 4 << 20;

        // Ethernet, IPv4, UDP, and the packet block.
        private const int Headers = 14 + 20 + 8 + 32;

        private readonly Worker worker = new(new FramePool(1024), new EngineOptions());
        private readonly RouterRecording? recording;
        private readonly int payload;
        private long now = 1;
        private long frames;

        public Forwarder(int payload, string? path)
        {
            this.payload = payload;
            if (path is not null)
                recording = RouterRecording.Start(path, [worker], new EngineOptions(), new RecordingOptions { IsSingleThreaded = true, BufferBytes = 16 << 20 });
            var packet = FrameBuilder.IPv4("192.168.187.211", "192.168.135.74", IpProtocol.Udp, FrameBuilder.Udp("192.168.187.211", "192.168.135.74", 1, 2, new byte[payload]));
            worker.AttachPort(0, new Endless("eth0", null));
            worker.AttachPort(1, new Endless("calie50081a277c", FrameBuilder.Ethernet("3a:1d:1e:91:f5:9e", "66:39:fa:e7:9f:a9", packet)));
            var view = Views.Of(new MemoryDemo(DemoMode.Always).Cluster, "walker-1");
            var live = new LiveTables(new RouteTable(), worker.Quiescence, tables => worker.Engine.Tables = tables) { Journal = recording };
            AttachedPort[] ports = [new(0, "eth0", 1500), new(1, "calie50081a277c", 1500)];
            live.Configure(view, ports, RouteCalculator.FromUplink(view), RouteCalculator.FromResources(view));
            var peer = IPv4Address.Parse("172.16.6.249");
            worker.Engine.Neighbors.Request(0, peer, 0, out _);
            worker.Engine.Neighbors.Learn(0, peer, MacAddress.Parse("fa:16:3e:8c:21:13"), 0);
            Run(20, out _);
        }

        public string? Failure => recording?.Failure;

        // What the writing thread gets of a busy machine is not what is tested.
        public void AwaitWriter()
        {
            for (var waited = 0; recording!.Failure is null && recording.Bytes < (frames * (payload + Headers)) - Slack && waited < 10_000; waited++)
                Thread.Sleep(1);
        }

        public double Run(int passes, out long allocated)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            var forwarded = 0;
            for (var pass = 0; pass < passes; pass++)
                forwarded += worker.RunOnce(now += 1000);
            var time = Stopwatch.GetElapsedTime(start);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            frames += forwarded;
            return time.TotalNanoseconds / forwarded;
        }

        public void Dispose()
        {
            recording?.Dispose();
            worker.Dispose();
        }
    }

    /// <summary>A port that always has a vector of the same frame, and takes whatever it is given.</summary>
    private sealed class Endless(string name, byte[]? frame) : IPort
    {
        public string Name => name;

        public string Driver => "memory";

        public int Mtu => 1500;

        public MacAddress Mac => default;

        public int Descriptor => -1;

        public PortCounters Counters { get; } = new();

        public PortState State => PortState.Up;

        public int Receive(FramePool pool, FrameVector vector, long now)
        {
            while (frame is not null && vector.Room > 0 && pool.TryRent(out var rented))
            {
                frame.CopyTo(rented.Reset(pool, frame.Length));
                rented.Metadata.ReceivedAt = now;
                vector.Add(rented);
            }

            return vector.Count;
        }

        public void Transmit(FrameVector vector) => vector.Verdicts.Fill(Verdict.Transmit);

        public void Dispose()
        {
        }
    }
}
