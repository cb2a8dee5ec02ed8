using VRouter.Io.Linux;
using VRouter.Io.Netlink;

namespace VRouter.Io.Tests.Netlink;

/// <summary>Whatever bytes a datagram holds, decoding ends, throws nothing, and reports what it could not read.</summary>
public class RtnetlinkDecoderTests
{
    /// <summary>Real datagrams: a dump of this namespace's interfaces, which needs no privilege, turned into change messages.</summary>
    private static byte[] RealDatagram(ushort request)
    {
        using var socket = NetlinkSocket.Open(0, TimeSpan.FromSeconds(5), 0).OrThrow();
        Assert.Equal(Errno.None, socket.Send(new NetlinkRequest(request, NetlinkType.FlagDump).Fixed(new InterfaceMessage()).ToBytes(1)));
        Assert.Equal(Errno.None, socket.Receive(out var datagram));
        return datagram.ToArray();
    }

    [Theory]
    [InlineData(NetlinkType.GetLink)]
    [InlineData(NetlinkType.GetRoute)]
    [InlineData(NetlinkType.GetAddress)]
    public void Decode_EveryTruncation_ReportsOrReadsLess(ushort request)
    {
        var datagram = RealDatagram(request);
        List<KernelChange> whole = [];
        RtnetlinkMonitor.Decode(datagram, whole);
        Assert.DoesNotContain(whole, c => c is KernelChange.ResyncNeeded);

        for (var length = 0; length < datagram.Length; length++)
        {
            List<KernelChange> changes = [];
            RtnetlinkMonitor.Decode(datagram.AsSpan(0, length), changes);
            Assert.Equal(whole.Take(changes.Count(c => c is not KernelChange.ResyncNeeded)), changes.Where(c => c is not KernelChange.ResyncNeeded));
        }
    }

    [Theory]
    [InlineData(NetlinkType.GetLink, 1)]
    [InlineData(NetlinkType.GetRoute, 2)]
    [InlineData(NetlinkType.GetAddress, 3)]
    public void Decode_MutatedBytes_NeverThrows(ushort request, int seed)
    {
        var datagram = RealDatagram(request);
        var random = new Random(seed);
        var reported = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var mutated = datagram.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--)
                mutated[random.Next(Math.Min(mutated.Length, 200))] = (byte)random.Next(256);
            List<KernelChange> changes = [];
            RtnetlinkMonitor.Decode(mutated.AsSpan(0, random.Next(mutated.Length + 1)), changes);
            reported += changes.Count(c => c is KernelChange.ResyncNeeded);
        }

        Assert.True(reported > 0);
    }

    [Fact]
    public void Acknowledgement_EveryTruncation_NeverThrows()
    {
        // An error with its request capped to the header, and the kernel's sentence.
        byte[] payload =
        [
            0xea, 0xff, 0xff, 0xff,
            0x20, 0, 0, 0, 0x10, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0,
            0x0c, 0, 1, 0, (byte)'t', (byte)'o', (byte)'o', (byte)' ', (byte)'b', (byte)'i', (byte)'g', 0,
        ];
        var flags = NetlinkType.FlagCapped | NetlinkType.FlagAckAttributes;
        for (var length = 0; length <= payload.Length; length++)
        {
            var error = NetlinkAcknowledgement.Read("set", new NetlinkMessage(NetlinkType.Error, (ushort)flags, 1, payload.AsSpan(0, length)));
            Assert.Equal(length < 4 ? Errno.EBADMSG : Errno.EINVAL, error!.Value.Errno);
            Assert.True(length < payload.Length || error.Value.Detail == "too big");
        }
    }
}
