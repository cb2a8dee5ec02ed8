using System.Globalization;
using System.Text;
using System.Text.Json;
using VRouter.EndToEnd.Tests.Support;

namespace VRouter.EndToEnd.Tests.Faults;

/// <summary>
/// A node with a thousand pods. All their interfaces are in one namespace, whose kernel knows none of their addresses: a program there is all of their stacks.
/// <code>
///  pods: e0 … e999 ══ node-a ── wire
/// </code>
/// </summary>
internal static class ThousandPods
{
    public const int Count = 1000;

    /// <summary>Builds the namespaces and writes resources.yaml for a router of node-a.</summary>
    /// <param name="areTaps">True: the router makes the interfaces; else they are veths.</param>
    public static async Task<TestLab> BuildAsync(bool areTaps)
    {
        TestLab.Demand([.. HostView.Tools, "python3", "sysctl"]);
        var lab = new TestLab();
        try
        {
            lab.Write("resources.yaml", Resources(areTaps ? lab.Namespace("pods") : null));
            lab.Write("pairs.py", Pairs);
            await lab.BuildAsync(Topology);
            foreach (var place in new[] { "node-a", "pods" })
                await lab.RunAsync(place, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
            if (!areTaps)
                await AddVethsAsync(lab);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a datagram for each of so many random pairs of pods; fails unless each arrives once, at its pod, as a router passes it on.</summary>
    public static async Task ExchangeAsync(TestLab lab, int pairs, int seed)
    {
        var result = await lab.TryAsync("pods", string.Create(CultureInfo.InvariantCulture, $"python3 {lab.Folder}/pairs.py {Count} {pairs} {seed}"));
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Equal($"{pairs} of {pairs}\n", result.Output);
    }

    private static async Task AddVethsAsync(TestLab lab)
    {
        var pods = lab.Namespace("pods");
        var (host, inside) = (new StringBuilder(), new StringBuilder());
        for (var pod = 0; pod < Count; pod++)
        {
            host.Append(CultureInfo.InvariantCulture, $"link add cali{pod} address ee:ee:ee:ee:ee:ee type veth peer name e{pod} address {MacOf(pod)} netns {pods}\n");
            host.Append(CultureInfo.InvariantCulture, $"link set cali{pod} up\n");
            inside.Append(CultureInfo.InvariantCulture, $"link set e{pod} up\n");
        }

        lab.Write("host.batch", host.ToString());
        lab.Write("pods.batch", inside.ToString());
        await lab.RunAsync("node-a", $"ip -batch {lab.Folder}/host.batch");
        await lab.RunAsync("pods", $"ip -batch {lab.Folder}/pods.batch");
    }

    private static string MacOf(int pod) => string.Create(CultureInfo.InvariantCulture, $"02:00:00:01:{pod >> 8:x2}:{pod & 0xff:x2}");

    private static string Topology => """
        apiVersion: vrouter/v1
        kind: Topology
        metadata: {name: thousand}
        spec:
          networks: [{name: wire}]
          nodes:
            - {name: node-a, interfaces: [{name: eth0, network: wire, addresses: 192.0.2.1/24, mac: "02:00:00:00:01:01"}]}
            - {name: pods}
        """;

    private static string Resources(string? netns) => CalicoResources.File(
    [
        CalicoResources.Pool("10.42.0.0/16", 20, "Always", "Never"),
        CalicoResources.Node("node-a", "192.0.2.1/24"),
        CalicoResources.Block("node-a", "10.42.0.0/20"),
        .. Enumerable.Range(0, Count).Select(pod =>
            CalicoResources.Endpoint("node-a", $"pod{pod}", $"cali{pod}", MacOf(pod), $"10.42.{1 + (pod / 250)}.{1 + (pod % 250)}", netns, $"e{pod}")),
    ]);

    // One packet socket for all interfaces. Every datagram has a number; what arrives is told by it.
    private static string Pairs => """
        import random, socket, struct, sys, time
        count, pairs, seed = map(int, sys.argv[1:])
        random.seed(seed)
        everything = 3
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(everything))
        wire.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        wire.settimeout(5)
        mac = lambda pod: bytes([2, 0, 0, 1, pod >> 8, pod & 255])
        address = lambda pod: bytes([10, 42, 1 + pod // 250, 1 + pod % 250])
        router = bytes([0xee] * 6)
        def checksum(data):
            total = sum(struct.unpack(f"!{len(data) // 2}H", data))
            total = (total & 0xffff) + (total >> 16)
            return ~((total & 0xffff) + (total >> 16)) & 0xffff
        def packet(source, destination, ttl, number):
            header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 32, number & 0xffff, 0, ttl, 17, 0, address(source), address(destination))
            header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
            return header + struct.pack("!HHHHI", 4000, 5000, 12, 0, number)
        arrived = 0
        for first in range(0, pairs, 50):
            expected = {}
            for number in range(first, min(first + 50, pairs)):
                source, destination = random.sample(range(count), 2)
                expected[number] = (f"e{destination}", mac(destination) + router + b"\x08\x00" + packet(source, destination, 63, number))
                wire.sendto(router + mac(source) + b"\x08\x00" + packet(source, destination, 64, number), (f"e{source}", 0))
            limit = time.monotonic() + 5
            while expected and time.monotonic() < limit:
                frame, place = wire.recvfrom(2048)
                if place[2] == socket.PACKET_OUTGOING or frame[12:14] != b"\x08\x00" or frame[6:12] != router:
                    continue
                number, = struct.unpack("!I", frame[42:46])
                if number not in expected or expected[number] != (place[0], frame[:46]):
                    sys.exit(f"unexpected at {place[0]}: {frame.hex()}; expected {expected.get(number)}")
                del expected[number]
                arrived += 1
        print(f"{arrived} of {pairs}")
        """;
}
