using System.Diagnostics;
using System.Net.Sockets;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Host.Api;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Api;

public sealed class ControlServerTests
{
    private const string GatewayMac = "00:23:89:8c:e8:31";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Counters_AfterTraffic_AddUpAndNameTheDrop()
    {
        await using var router = await RunningRouter.StartAsync();
        using var client = new ControlClient(router.Socket);
        // The pod's own address is not the source: the first is dropped. The second asks for the gateway and is answered.
        router.Wires[RunningRouter.Pod].ToRouter.TryEnqueue(Packet("10.1.1.1", "192.168.121.2"));
        router.Wires[RunningRouter.Pod].ToRouter.TryEnqueue(GatewayRequest());

        var counters = await UntilAsync(
            () => client.GetAsync("/counters", ApiJson.Default.CountersView, None), view => view.Received.Entered == 2);
        Assert.True(counters.Received.AddsUp);
        Assert.Equal((1, 1), (counters.Received.Dropped, counters.Received.Answered));
        var pod = Assert.Single(counters.Ports, port => port.Name == RunningRouter.Pod);
        Assert.Equal((2, 1), (pod.ReceivedFrames, pod.TransmittedFrames));

        var drop = Assert.Single(await client.GetAsync("/drops", ApiJson.Default.IReadOnlyListDropView, None));
        Assert.Equal(("source-spoofed", 1, "warning"), (drop.Reason, drop.Count, drop.Severity));
        Assert.Equal(1, drop.Ports[RunningRouter.Pod]);
        Assert.EndsWith(".", drop.Sentence);
    }

    [Fact]
    public async Task Views_OfSeveralWorkers_AreTheirSumAndEachOnesPart()
    {
        await using var router = await RunningRouter.StartAsync(workers: 2, "Always", RunningRouter.Pod);
        using var client = new ControlClient(router.Socket);
        router.Wires[RunningRouter.Pod].ToRouter.TryEnqueue(Packet("10.1.1.1", "192.168.121.2"));
        router.Wires[$"{RunningRouter.Pod} of worker-1"].ToRouter.TryEnqueue(Packet("10.1.1.1", "192.168.121.2"));
        router.Wires[$"{RunningRouter.Pod} of worker-1"].ToRouter.TryEnqueue(GatewayRequest());

        var counters = await UntilAsync(
            () => client.GetAsync("/counters", ApiJson.Default.CountersView, None), view => view.Received.Entered == 3);
        Assert.True(counters.Received.AddsUp);
        Assert.Equal((2, 1), (counters.Received.Dropped, counters.Received.Answered));
        Assert.Equal(["worker-0", "worker-1"], counters.Workers.Select(worker => worker.Worker));
        Assert.Equal([1L, 2L], counters.Workers.Select(worker => worker.Received.Entered));
        Assert.Equal([1L, 2L], counters.Workers.Select(worker => worker.Ports.Single(port => port.Name == RunningRouter.Pod).ReceivedFrames));
        Assert.Equal(3, Assert.Single(counters.Ports, port => port.Name == RunningRouter.Pod).ReceivedFrames);

        var drop = Assert.Single(await client.GetAsync("/drops", ApiJson.Default.IReadOnlyListDropView, None));
        Assert.Equal(("source-spoofed", 2, 2L), (drop.Reason, drop.Count, drop.Ports[RunningRouter.Pod]));

        var ports = await client.GetAsync("/ports", ApiJson.Default.IReadOnlyListPortView, None);
        Assert.Equal((3, 1), (ports.Single(port => port.Name == RunningRouter.Pod).ReceivedFrames, ports.Sum(port => port.TransmittedFrames)));

        var runtime = await client.GetAsync("/runtime", ApiJson.Default.RuntimeView, None);
        Assert.Equal(1024, runtime.Frames);
        Assert.Equal([512, 512], runtime.Workers.Select(worker => worker.Frames));
        Assert.All(runtime.Stages, stage => Assert.Equal(
            stage.Frames, runtime.Workers.Sum(worker => worker.Stages.Single(part => part.Name == stage.Name).Frames)));
    }

    [Fact]
    public async Task ArpReply_ReceivedByAnotherWorker_ReleasesTheFramesOfTheOneThatAsked()
    {
        await using var router = await RunningRouter.StartAsync(workers: 2, "Always", RunningRouter.Pod);
        using var client = new ControlClient(router.Socket);
        router.Wires[$"{RunningRouter.Pod} of worker-1"].ToRouter.TryEnqueue(Packet("192.168.187.211", "192.168.121.2"));
        var request = await UntilAsync(
            () => Task.FromResult(router.Wires["eth0 of worker-1"].FromRouter.TryDequeue(out var frame) ? frame : null), frame => frame is not null);
        Assert.Equal(DropReason.None, EthernetHeader.Parse(request, out var header));
        Assert.Equal(DropReason.None, ArpHeader.Parse(header.Payload, out var question));

        router.Wires["eth0"].ToRouter.TryEnqueue(FrameBuilder.Ethernet(
            MacAddress.Parse(GatewayMac),
            question.SenderMac,
            EtherType.Arp,
            FrameBuilder.Arp(
                ArpOperation.Reply, GatewayMac, question.TargetAddress.ToString(), question.SenderMac.ToString(), question.SenderAddress.ToString())));

        var sent = await UntilAsync(
            () => Task.FromResult(router.Wires["eth0 of worker-1"].FromRouter.TryDequeue(out var frame) ? frame : null), frame => frame is not null);
        Assert.Equal(DropReason.None, EthernetHeader.Parse(sent, out header));
        Assert.Equal((GatewayMac, EtherType.IPv4), (header.Destination.ToString(), header.Type));
        var neighbors = await client.GetAsync("/neighbors", ApiJson.Default.IReadOnlyListNeighborView, None);
        Assert.Single(neighbors, neighbor => neighbor.Port == "eth0" && neighbor.Mac == GatewayMac);
    }

    [Fact]
    public async Task Ports_OpenAndAwaited_AreBothThere()
    {
        await using var router = await RunningRouter.StartAsync("Always", "something-else");
        using var client = new ControlClient(router.Socket);
        var ports = await client.GetAsync("/ports", ApiJson.Default.IReadOnlyListPortView, None);
        Assert.Equal(
            [("eth0", "uplink", "memory", "up"), (RunningRouter.Pod, "workload", null, "the interface does not exist yet")],
            ports.Select(port => (port.Name, port.Role, port.Driver, port.State)));
    }

    [Fact]
    public async Task Neighbors_MacFromTheResource_IsPermanent()
    {
        await using var router = await RunningRouter.StartAsync();
        using var client = new ControlClient(router.Socket);
        var neighbor = Assert.Single(await client.GetAsync("/neighbors", ApiJson.Default.IReadOnlyListNeighborView, None));
        Assert.Equal(("192.168.187.211", "3a:1d:1e:91:f5:9e", "permanent"), (neighbor.Address, neighbor.Mac, neighbor.State));
    }

    [Fact]
    public async Task Health_AwaitedInterface_IsAWarning()
    {
        await using var router = await RunningRouter.StartAsync("Always", "something-else");
        using var client = new ControlClient(router.Socket);
        var health = await client.GetAsync("/health", ApiJson.Default.HealthView, None);
        Assert.Equal(("walker-1", "warning", "off"), (health.Node, health.Status, health.Guard));
        Assert.Equal("workload default/busybox-1", Assert.Single(health.Conditions).Subject);
    }

    [Theory]
    [InlineData("GET /nothing", "404", "there is no /nothing; there are /routes, /ports")]
    [InlineData("POST /routes", "405", "/routes can be read only")]
    [InlineData("nonsense", "400", "")]
    public async Task Request_NotAView_IsAnsweredWithTheReason(string request, string code, string reason)
    {
        await using var router = await RunningRouter.StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(router.Socket));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync();
        Assert.StartsWith($"HTTP/1.1 {code}", answer);
        Assert.Contains(reason, answer);
    }

    [Fact]
    public async Task Dispose_ServerEnds_ClientIsTold()
    {
        string path;
        await using (var router = await RunningRouter.StartAsync())
            path = router.Socket;
        using var client = new ControlClient(path);
        var failure = await Assert.ThrowsAsync<ControlException>(() => client.GetAsync("/routes", ApiJson.Default.IReadOnlyListRouteView, None));
        Assert.Contains("there is no socket", failure.Message);
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> isReached)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (isReached(value) || waited.Elapsed > TimeSpan.FromSeconds(20))
                return value;
            await Task.Delay(10);
        }
    }

    private static byte[] Packet(string source, string destination) => FrameBuilder.Ethernet(
        "3a:1d:1e:91:f5:9e", "66:39:fa:e7:9f:a9", FrameBuilder.IPv4(source, destination, IpProtocol.Udp, new byte[8]));

    private static byte[] GatewayRequest() => FrameBuilder.Ethernet(
        MacAddress.Parse("3a:1d:1e:91:f5:9e"),
        MacAddress.Broadcast,
        EtherType.Arp,
        FrameBuilder.Arp(ArpOperation.Request, "3a:1d:1e:91:f5:9e", "192.168.187.211", "00:00:00:00:00:00", "169.254.1.1"));
}
