using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Linux;
using VRouter.Io.Ports;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Ports;

public class TapPortTests
{
    private const long Second = 1_000_000_000;
    private static readonly MacAddress PodMac = MacAddress.Parse("02:00:00:00:00:01");

    private static TapPort Create(TestNamespace pod, string mac = "02:00:00:00:00:01", int mtu = 1500) =>
        TapPort.Create(new TapOptions("eth0") { NetworkNamespace = pod.Name, Mac = MacAddress.Parse(mac), Mtu = mtu }).OrThrow();

    private static byte[] FrameOf(int length) => [2, 0, 0, 0, 0, 1, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0x88, 0xb5, .. new byte[length - 14]];

    [SkippableFact]
    public void Create_InANamespace_MakesTheInterfaceAndDisposeRemovesIt()
    {
        using var pod = new TestNamespace();
        var port = Create(pod, mtu: 1450);

        Assert.Equal(("eth0", "tap", 1450, MacAddress.WorkloadGateway, PodMac), (port.Name, port.Driver, port.Mtu, port.Mac, port.WorkloadMac));
        Assert.Equal(PortState.Up, port.State);
        var link = pod.Ip("-o -d link show eth0");
        Assert.Contains("mtu 1450", link);
        Assert.Contains("02:00:00:00:00:01", link);
        Assert.Contains("LOWER_UP", link);
        Assert.Contains("tun type tap", link);

        port.Dispose();
        port.Dispose();
        Assert.DoesNotContain("eth0", pod.Ip("link show"));
    }

    [SkippableFact]
    public void Create_NameTaken_IsRefusedAndTheOtherInterfaceStays()
    {
        using var pod = new TestNamespace();
        pod.Ip("tuntap add dev eth0 mode tap");

        var error = TapPort.Create(new TapOptions("eth0") { NetworkNamespace = pod.Name }).Error;

        Assert.Equal("create(TAP device 'eth0'): EBUSY (Device or resource busy); an interface of that name is there already", error.ToString());
        Assert.Contains("eth0", pod.Ip("link show"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a name")]
    [InlineData("tap%d")]
    [InlineData("a/b")]
    [InlineData("sixteen-letters-")]
    public void Create_BadName_IsRefused(string name) =>
        Assert.Equal(Errno.EINVAL, TapPort.Create(new TapOptions(name)).Error.Errno);

    [Fact]
    public void Create_MissingNamespace_IsAnError() =>
        Assert.Equal(Errno.ENOENT, TapPort.Create(new TapOptions("eth0") { NetworkNamespace = "vrio-does-not-exist" }).Error.Errno);

    [SkippableFact]
    public void Create_MtuTheKernelRefuses_LeavesNothingBehind()
    {
        using var pod = new TestNamespace();

        var error = TapPort.Create(new TapOptions("eth0") { NetworkNamespace = pod.Name, Mtu = 10 }).Error;

        Assert.Equal(Errno.EINVAL, error.Errno);
        Assert.DoesNotContain("eth0", pod.Ip("link show"));
    }

    [SkippableFact]
    public void Ping_FromThePod_IsReadAndTheAnswerIsTaken()
    {
        Requires.Tool("ping");
        using var pod = new TestNamespace();
        using var harness = new PortHarness();
        using var port = Create(pod);
        pod.Ip("addr add 10.9.0.1/24 dev eth0");
        pod.Ip("neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev eth0");
        using var ping = Shell.Start("ip", "netns", "exec", pod.Name, "ping", "-c", "1", "-W", "5", "10.9.0.2");

        Assert.Equal(1, Poll.Wait(5000, port.Descriptor));
        var request = Assert.Single(harness.Receive(port, Second));
        Assert.Equal(98, request.Length);
        var answer = request.ToArray();
        request.AsSpan(0, 6).CopyTo(answer.AsSpan(6));
        request.AsSpan(6, 6).CopyTo(answer);
        request.AsSpan(26, 4).CopyTo(answer.AsSpan(30));
        request.AsSpan(30, 4).CopyTo(answer.AsSpan(26));
        answer[34] = 0; // echo reply
        answer[36] = (byte)(answer[36] + 8);
        Assert.Equal([Verdict.Transmit], harness.Send(port, answer));

        Assert.Contains("1 received", Shell.Finish(ping));
        Assert.Equal((1, 98, 1, 98), (port.Counters.ReceivedFrames, port.Counters.ReceivedBytes, port.Counters.TransmittedFrames, port.Counters.TransmittedBytes));
    }

    [SkippableTheory]
    [InlineData(true, 20_000_000)]
    [InlineData(false, 0)]
    public void TcpAndUdp_WithOffloads_ArriveWholeInFramesOfTheMtu(bool isTcp, int bytes)
    {
        using var left = new TestNamespace();
        using var right = new TestNamespace();
        using var leftPort = Create(left);
        using var rightPort = Create(right, "02:00:00:00:00:02");
        left.Ip("addr add 10.9.0.1/24 dev eth0");
        right.Ip("addr add 10.9.0.2/24 dev eth0");

        var frames = Conversation.Hold(
            left, leftPort, right, rightPort,
            isTcp ? Conversation.TcpReceiver : Conversation.UdpReceiver,
            isTcp ? Conversation.TcpSender : Conversation.UdpSender,
            "10.9.0.2", bytes.ToString());

        Assert.Equal(isTcp ? 1514 : 1042, frames.Max(f => f.Length));
    }

    [SkippableFact]
    public void SuperFrame_PoolRunsOut_IsContinuedByTheNextCalls()
    {
        using var pod = new TestNamespace();
        using var tiny = new PortHarness(frames: 7);
        using var port = Create(pod);
        pod.Ip("addr add 10.9.0.1/24 dev eth0");
        pod.Ip("neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev eth0");
        Shell.Run("ip", "netns", "exec", pod.Name, "/usr/bin/python3", "-c", Conversation.UdpSender, "10.9.0.2");

        var frames = tiny.ReceiveAll(port);

        Assert.Equal(40, frames.Count);
        Assert.Equal(40, frames.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(40, port.Counters.ReceivedFrames);
    }

    [SkippableFact]
    public void Transmit_FrameBeyondTheMtuOrShorterThanAHeader_IsDropped()
    {
        using var pod = new TestNamespace();
        using var harness = new PortHarness();
        using var port = Create(pod);
        byte[] tagged = [.. FrameOf(60)[..12], 0x81, 0, 0, 7, .. FrameOf(1514)[12..]];

        var verdicts = harness.Send(port, FrameOf(1514), FrameOf(1515), tagged, [.. tagged, 0], [1, 2, 3]);

        Assert.Equal(
            [Verdict.Transmit, Verdict.Drop(DropReason.TxTooLong), Verdict.Transmit, Verdict.Drop(DropReason.TxTooLong), Verdict.Drop(DropReason.TxRefused)],
            verdicts);
    }

    [SkippableFact]
    public void Interface_DownUpAndDeleted_IsStateAndDrops()
    {
        using var pod = new TestNamespace();
        using var harness = new PortHarness();
        using var port = Create(pod);

        pod.Ip("link set eth0 down");
        Assert.Equal([Verdict.Drop(DropReason.PortDown)], harness.Send(port, FrameOf(60)));
        Assert.Equal("the interface is down", port.State.Reason);

        pod.Ip("link set eth0 mtu 1400 up");
        harness.Receive(port, Second);
        Assert.True(port.State.IsUp);
        Assert.Equal(1400, port.Mtu);
        Assert.Equal([Verdict.Transmit], harness.Send(port, FrameOf(60)));

        pod.Ip("link del eth0");
        Assert.Equal([Verdict.Drop(DropReason.PortDown)], harness.Send(port, FrameOf(60)));
        Assert.Empty(harness.Receive(port, 2 * Second));
        Assert.Equal("the interface is gone", port.State.Reason);
    }

    [SkippableFact]
    public void Interface_MovedToAnotherNamespace_IsUpUntilItIsDeletedThere()
    {
        using var pod = new TestNamespace();
        using var other = new TestNamespace();
        using var harness = new PortHarness();
        using var port = Create(pod);

        pod.Ip($"link set eth0 netns {other.Name}");
        other.Ip("link set eth0 up");
        harness.Receive(port, Second);
        Assert.True(port.State.IsUp);
        Assert.Equal([Verdict.Transmit], harness.Send(port, FrameOf(60)));

        other.Ip("link del eth0");
        harness.Receive(port, 2 * Second);
        Assert.Equal("the interface is gone", port.State.Reason);
    }

    [SkippableFact]
    public void ReceiveAndTransmit_SteadyState_AllocateNothing()
    {
        // The kernel's stack answers each echo request that the port sends.
        using var pod = new TestNamespace();
        using var harness = new PortHarness();
        using var port = Create(pod);
        pod.Ip("addr add 10.9.0.1/24 dev eth0");
        pod.Ip("neigh add 10.9.0.2 lladdr ee:ee:ee:ee:ee:ee dev eth0");
        var request = FrameOf(98);
        (request[12], request[13]) = (8, 0);
        IPv4Header.Write(request.AsSpan(14), 84, IpProtocol.Icmp, IPv4Address.Parse("10.9.0.2"), IPv4Address.Parse("10.9.0.1"));
        request[34] = 8;
        request[36] = 0xf7;
        request[37] = 0xff;
        harness.SendCopies(port, request, 1);
        Assert.Equal(1, Poll.Wait(5000, port.Descriptor));
        var now = 0L;

        Allocation.AssertNone(() =>
        {
            harness.SendCopies(port, request, 20);
            harness.ReceiveAndFree(port, now += Second);
        });
        Assert.InRange(port.Counters.ReceivedFrames, 200, port.Counters.TransmittedFrames);
    }
}
