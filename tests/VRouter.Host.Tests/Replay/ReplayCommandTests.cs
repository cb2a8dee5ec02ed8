using System.Text.Json;
using VRouter.Core.Wire;
using VRouter.Host.Tests.Cli;
using VRouter.Host.Tests.Configuration;
using VRouter.Io.Ports.Pcap;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Replay;

/// <summary>walker-1 of the traced network, with frames that busybox-1 sends.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private const string Pod = "calie50081a277c";
    private const string PodMac = "3a:1d:1e:91:f5:9e";
    private const string RouterMac = "66:39:fa:e7:9f:a9";
    private const long Start = 1_700_000_000_000_000_000;
    private const long Second = 1_000_000_000;

    private readonly string folder = Directory.CreateTempSubdirectory("vrreplay-").FullName;

    public ReplayCommandTests() => File.WriteAllText(PathOf("cluster.yaml"), Seed001.Text("Always"));

    [Fact]
    public async Task Replay_PacketToAnotherNode_LeavesTheUplinkInIpip()
    {
        WriteInput((Start, ToDemi1()));
        var run = await RunAsync("--out", PathOf("out.pcapng"));
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));

        var sent = ReadOutput();
        Assert.Equal(["eth0 Arp", "eth0 IPv4"], sent.Select(frame => $"{frame.Port} {TypeOf(frame.Bytes)}"));
        Assert.All(sent, frame => Assert.Equal(Start, frame.Time));
        var outer = IPv4Header.At(sent[1].Bytes.AsSpan(EthernetHeader.Size));
        Assert.Equal((IpProtocol.IPv4, "172.16.6.47", "172.16.199.114"), (outer.Protocol, outer.Source.ToString(), outer.Destination.ToString()));
        Assert.Equal(63, IPv4Header.At(outer.Payload).Ttl);
        // The gateway answered ARP with 02:00 and its address.
        Assert.Equal("02:00:ac:10:06:fe", EthernetHeader.At(sent[1].Bytes).Destination.ToString());
    }

    [Fact]
    public async Task Replay_Twice_GivesTheSameBytes()
    {
        WriteInput((Start, ToDemi1()), (Start + Second, Spoofed()), (Start + (2 * Second), ToDemi1(ttl: 1)), (Start + Second, ToDemi1(length: 1480)));
        var first = await RunAsync("--out", PathOf("out.pcapng"), "--trace", "-o", "json");
        var bytes = File.ReadAllBytes(PathOf("out.pcapng"));
        var second = await RunAsync("--out", PathOf("out.pcapng"), "--trace", "-o", "json");
        Assert.Equal(first.Output, second.Output);
        Assert.Equal(bytes, File.ReadAllBytes(PathOf("out.pcapng")));
    }

    [Fact]
    public async Task Replay_Trace_NamesEachDecision()
    {
        WriteInput((Start, ToDemi1(ttl: 1)), (Start, Spoofed()));
        var run = await RunAsync("--trace");
        Assert.StartsWith(
            """
            frame 1
              ethernet-input     to ip4-input               192.168.187.211 > 192.168.121.2 ttl 1 length 28 UDP
              ip4-input          to ip4-lookup              192.168.187.211 > 192.168.121.2 ttl 1 length 28 UDP
              ip4-lookup         to ip4-forward             192.168.187.211 > 192.168.121.2 ttl 1 length 28 UDP
              ip4-forward        drop ttl-expired           192.168.187.211 > 192.168.121.2 ttl 1 length 28 UDP
              icmp-error         to ip4-lookup              172.16.6.47 > 192.168.187.211 ttl 64 length 56 ICMP
              ip4-lookup         to ip4-forward             172.16.6.47 > 192.168.187.211 ttl 64 length 56 ICMP
              ip4-forward        to ethernet-rewrite        172.16.6.47 > 192.168.187.211 ttl 64 length 56 ICMP
              ethernet-rewrite   transmit calie50081a277c   66:39:fa:e7:9f:a9 > 3a:1d:1e:91:f5:9e, 172.16.6.47 > 192.168.187.211 ttl 64 length 56 ICMP
            frame 2
              ethernet-input     to ip4-input               10.1.1.1 > 192.168.121.2 ttl 64 length 28 UDP
              ip4-input          drop source-spoofed        10.1.1.1 > 192.168.121.2 ttl 64 length 28 UDP

            """,
            run.Output);
        Assert.Matches(@"(?m)^source-spoofed +1  warning +calie50081a277c 1", run.Output);
    }

    [Fact]
    public async Task Replay_NobodyAnswersArp_FrameIsGivenUpAndAccountedFor()
    {
        WriteInput((Start, ToDemi1()));
        var run = await RunAsync("--no-neighbors", "-o", "json");
        var view = JsonDocument.Parse(run.Output).RootElement;
        var received = view.GetProperty("counters").GetProperty("received");
        Assert.Equal((1, 1, 0), (Number(received, "entered"), Number(received, "dropped"), Number(received, "held")));
        Assert.Contains("neighbor-unresolved", view.GetProperty("drops").EnumerateArray().Select(drop => drop.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Replay_CutOffFrame_IsCountedAtThePort()
    {
        using (var writer = new BinaryWriter(File.Create(PathOf("in.pcap"))))
        {
            foreach (var number in (uint[])[0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1, 1, 0, 20, 60])
                writer.Write(number);
            writer.Write(new byte[20]);
        }

        var run = await RunAsync();
        Assert.Matches(@"(?m)^rx-truncated +1 ", run.Output);
    }

    [Theory]
    [InlineData("cali9", "the node has no port 'cali9'; it has eth0, calie50081a277c")]
    public async Task Replay_UnknownPort_NamesThePortsAndWritesNothing(string port, string message)
    {
        WriteInput((Start, ToDemi1()));
        var run = await CommandRun.Of(
            "replay", PathOf("in.pcap"), "-f", PathOf("cluster.yaml"), "--node", "walker-1", "--port", port, "--out", PathOf("out.pcapng"));
        Assert.Equal((2, $"vrouter: {message}\n"), (run.ExitCode, run.Errors));
        Assert.False(File.Exists(PathOf("out.pcapng")));
    }

    [Fact]
    public async Task Replay_InterfacesNamedAsPorts_EachFrameComesToItsPort()
    {
        using (var writer = CaptureWriter.Create(PathOf("in.pcap") + "ng"))
        {
            var (uplink, pod) = (writer.AddInterface("eth0"), writer.AddInterface(Pod));
            writer.Write(pod, Start, Spoofed());
            writer.Write(uplink, Start, ToDemi1());
        }

        var run = await CommandRun.Of("replay", PathOf("in.pcapng"), "-f", PathOf("cluster.yaml"), "--node", "walker-1", "--check");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Matches(@"(?m)^mac-not-ours +1 +info +eth0 1", run.Output);
        Assert.Matches($@"(?m)^source-spoofed +1 +warning +{Pod} 1", run.Output);
    }

    [Theory]
    [InlineData("in.pcapng", "the capture's interface 'lo' is no port of the node (--port sends all frames to one); it has eth0, calie50081a277c")]
    [InlineData("in.pcap", "the capture does not name its interfaces: say with --port which port receives the frames")]
    public async Task Replay_InterfacesThatAreNoPorts_IsRefused(string file, string message)
    {
        using (var writer = CaptureWriter.Create(PathOf(file)))
            writer.Write(writer.AddInterface("lo"), Start, ToDemi1());
        var run = await CommandRun.Of("replay", PathOf(file), "-f", PathOf("cluster.yaml"), "--node", "walker-1");
        Assert.Equal((2, $"vrouter: {message}\n"), (run.ExitCode, run.Errors));
    }

    [Fact]
    public async Task Replay_NoCapture_SaysWhereItFails()
    {
        File.WriteAllText(PathOf("in.pcap"), "this is no capture");
        var run = await RunAsync();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("in.pcap: byte 0: ", run.Errors);
    }

    [Fact]
    public async Task Replay_OutputIsTheInput_Refuses()
    {
        WriteInput((Start, ToDemi1()));
        var before = File.ReadAllBytes(PathOf("in.pcap"));
        var run = await RunAsync("--out", PathOf("in.pcap"));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(before, File.ReadAllBytes(PathOf("in.pcap")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static byte[] ToDemi1(byte ttl = 64, int length = 8) => FrameBuilder.Ethernet(
        PodMac, RouterMac, FrameBuilder.IPv4("192.168.187.211", "192.168.121.2", IpProtocol.Udp, new byte[length], ttl));

    private static byte[] Spoofed() => FrameBuilder.Ethernet(
        PodMac, RouterMac, FrameBuilder.IPv4("10.1.1.1", "192.168.121.2", IpProtocol.Udp, new byte[8]));

    private static string TypeOf(byte[] frame) => EthernetHeader.At(frame).Type switch
    {
        EtherType.Arp => "Arp",
        EtherType.IPv4 => "IPv4",
        var other => $"{other:x4}",
    };

    private string PathOf(string name) => Path.Combine(folder, name);

    private Task<CommandRun> RunAsync(params string[] more) =>
        CommandRun.Of(["replay", PathOf("in.pcap"), "-f", PathOf("cluster.yaml"), "--node", "walker-1", "--port", Pod, .. more]);

    private void WriteInput(params (long Time, byte[] Frame)[] frames)
    {
        using var writer = CaptureWriter.Create(PathOf("in.pcap"));
        var number = writer.AddInterface(Pod);
        foreach (var (time, frame) in frames)
            writer.Write(number, time, frame);
    }

    private List<(string Port, long Time, byte[] Bytes)> ReadOutput()
    {
        using var reader = CaptureReader.Open(PathOf("out.pcapng"));
        var frames = new List<(string Port, long Time, byte[] Bytes)>();
        while (reader.TryRead(out var frame))
            frames.Add((reader.Interfaces[frame.Interface].Name, frame.Timestamp, frame.Bytes.ToArray()));
        return frames;
    }
}
