using VRouter.Core.Graph;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Offload;

namespace VRouter.Io.Tests.Support;

/// <summary>
/// Two namespaces talk through two ports and a patch between them. Both ends compute a digest of the data; every frame on the way is judged by tshark, and
/// no port may have dropped anything.
/// </summary>
internal static class Conversation
{
    public const string TcpReceiver = """
        import hashlib, socket, sys
        s = socket.create_server(('0.0.0.0', 5001))
        print('ready', flush=True)
        c, _ = s.accept()
        h = hashlib.sha256()
        while d := c.recv(1 << 16):
            h.update(d)
        print(h.hexdigest())
        """;

    public const string TcpSender = """
        import hashlib, random, socket, sys
        d = random.Random(1).randbytes(int(sys.argv[2]))
        s = socket.create_connection((sys.argv[1], 5001), timeout=20)
        s.sendall(d)
        s.close()
        print(hashlib.sha256(d).hexdigest())
        """;

    public const string UdpReceiver = """
        import hashlib, socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(('0.0.0.0', 5001))
        s.settimeout(20)
        print('ready', flush=True)
        d = [s.recv(65535) for _ in range(40)]
        print(hashlib.sha256(b''.join(d)).hexdigest(), sorted({len(x) for x in d}))
        """;

    public const string UdpSender = """
        import hashlib, random, socket, sys
        d = random.Random(2).randbytes(40 * 1000)
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(17, 103, 1000)  # SOL_UDP, UDP_SEGMENT
        s.connect((sys.argv[1], 5001))
        s.send(d)
        print(hashlib.sha256(d).hexdigest(), [1000])
        """;

    /// <summary>Runs a receiver and a sender, Python programs that print their digests; gives the frames that passed.</summary>
    public static List<byte[]> Hold(
        TestNamespace left, IPort leftPort, TestNamespace right, IPort rightPort, string receiver, string sender, params string[] arguments) =>
        Hold((PortHarness?)null, left, leftPort, right, rightPort, receiver, sender, arguments);

    /// <summary>As above, with ports that were opened with the frames of a harness.</summary>
    public static List<byte[]> Hold(
        PortHarness? harness, TestNamespace left, IPort leftPort, TestNamespace right, IPort rightPort, string receiver, string sender, params string[] arguments)
    {
        using var patch = new Patch(leftPort, rightPort, harness: harness);
        return Hold(patch, left, leftPort, right, rightPort, receiver, sender, arguments);
    }

    /// <summary>As the other one, over a patch of the caller's.</summary>
    public static List<byte[]> Hold(
        Patch patch, TestNamespace left, IPort leftPort, TestNamespace right, IPort rightPort, string receiver, string sender, params string[] arguments)
    {
        Requires.Tool("python3");
        using var server = Shell.Start("ip", "netns", "exec", right.Name, "/usr/bin/python3", "-c", receiver);
        Assert.Equal("ready", server.StandardOutput.ReadLine());
        var sent = Shell.Run("ip", ["netns", "exec", left.Name, "/usr/bin/python3", "-c", sender, .. arguments]);
        Assert.Equal(sent, Shell.Finish(server));

        var frames = patch.Stop();
        foreach (var port in new[] { leftPort, rightPort })
        {
            // On a loaded machine the ring may overflow, which TCP repairs; nothing else may go wrong.
            foreach (var reason in DropReasons.All.Except([DropReason.RxRingFull]))
            {
                Assert.Equal((reason, 0), (reason, port.Counters.ReceiveDropsOf(reason)));
                Assert.Equal((reason, 0), (reason, port.Counters.TransmitDropsOf(reason)));
            }
        }

        WireTruth.AssertFlawless(frames);
        return frames;
    }
}
