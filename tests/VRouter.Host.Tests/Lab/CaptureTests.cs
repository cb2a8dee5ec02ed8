using System.Net;
using System.Net.Sockets;
using VRouter.Core.Wire;
using VRouter.Host.Lab;
using VRouter.Io.Linux;
using VRouter.Io.Ports.Pcap;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Lab;

public sealed class CaptureTests : IAsyncLifetime
{
    private readonly string name = $"vrcap-{Environment.ProcessId:x}-{Guid.NewGuid().ToString("n")[..4]}";
    private readonly string folder = Directory.CreateTempSubdirectory("vrcap").FullName;
    private LabStore store = null!;

    public async Task InitializeAsync()
    {
        if (!LabPrivileges.Sufficient)
            return;
        store = new LabStore(Path.Combine(folder, "labs"));
        var topology = TopologyReader.Parse("""
            apiVersion: vrouter/v1
            kind: Topology
            metadata: {name: t}
            spec:
              networks: [{name: wire, type: direct}]
              nodes:
                - {name: a, interfaces: [{name: eth0, network: wire, addresses: 10.0.0.1/24}]}
                - {name: b, interfaces: [{name: eth0, network: wire, addresses: 10.0.0.2/24}]}
            """, "t.yaml");
        await LabBuilder.BuildAsync(topology, new LabOptions { Name = name }, store, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (LabPrivileges.Sufficient)
            await LabEnding.EndAsync(name, store);
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public async Task Start_Ping_BothDirectionsAreKeptAndWritten()
    {
        Requires.Root();
        Requires.Tools("ip", "ping");
        var path = Path.Combine(folder, "a.pcap");
        var before = DateTimeOffset.UtcNow;
        using var capture = new Capture("a", $"{name}-a", "eth0", path);

        using (CaptureSession.Start(capture))
            await HostCommand.RunAsync("ip", ["netns", "exec", $"{name}-a", "ping", "-c", "1", "-W", "2", "10.0.0.2"]);

        var pings = capture.Frames.Where(frame => frame.Data.Length == 98).ToList();
        Assert.Equal([true, false], pings.Select(frame => frame.IsOutgoing));
        Assert.Equal([IcmpType.EchoRequest, IcmpType.EchoReply], pings.Select(frame => frame.Data[34]));
        var seen = DateTimeOffset.UnixEpoch.AddTicks(pings[0].Timestamp / TimeSpan.NanosecondsPerTick);
        Assert.InRange(seen, before, DateTimeOffset.UtcNow);
        Assert.Equal((0, 0), (capture.NotKept, capture.Lost));
        Assert.Equal(capture.Frames.Select(frame => Convert.ToHexString(frame.Data)), ReadFile(path));
    }

    [SkippableFact]
    public void Start_ChecksumLeftToTheCard_IsFinished()
    {
        Requires.Root();
        Requires.Tools("ip");
        using var capture = new Capture("a", $"{name}-a", "eth0");

        using (CaptureSession.Start(capture))
            SendDatagram(1000);

        var frame = Assert.Single(capture.Frames, frame => frame.IsOutgoing && frame.Data[12] == 8 && frame.Data[13] == 0);
        var packet = IPv4Header.At(frame.Data.AsSpan(EthernetHeader.Size));
        Assert.Equal(Core.Graph.DropReason.None, UdpHeader.Parse(packet.Payload, out var datagram));
        Assert.True(datagram.HasTrueChecksum(packet.Source, packet.Destination));
    }

    [SkippableFact]
    public void Start_MoreThanTheCapacity_IsCountedAndStillWritten()
    {
        Requires.Root();
        Requires.Tools("ip");
        var path = Path.Combine(folder, "a.pcap");
        using var capture = new Capture("a", $"{name}-a", "eth0", path, capacity: 2500);

        using (CaptureSession.Start(capture))
        {
            for (var i = 0; i < 5; i++)
                SendDatagram(1000);
        }

        Assert.InRange(capture.Frames.Sum(frame => frame.Data.Length), 1000, 2500);
        Assert.InRange(capture.NotKept, 3, 12);
        Assert.Equal(capture.Frames.Count + capture.NotKept, ReadFile(path).Count);
    }

    [SkippableFact]
    public void Start_AbsentInterface_IsRefused()
    {
        Requires.Root();
        Requires.Tools("ip");

        var exception = Assert.Throws<LabException>(() => CaptureSession.Start(new Capture("a", $"{name}-a", "eth7")));

        Assert.StartsWith($"cannot capture on 'eth7' in '{name}-a': ", exception.Message);
    }

    private void SendDatagram(int length) => NetworkNamespace.Run<bool>($"{name}-a", () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        // No port listens at the other end; its complaints may be captured too.
        return socket.SendTo(new byte[length], new IPEndPoint(IPAddress.Parse("10.0.0.2"), 9)) == length;
    }).OrThrow();

    private static List<string> ReadFile(string path)
    {
        var frames = new List<string>();
        using var reader = CaptureReader.Open(path);
        while (reader.TryRead(out var frame))
            frames.Add(Convert.ToHexString(frame.Bytes));
        return frames;
    }
}
