using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;
using VRouter.Core.Wire;
using VRouter.Io.Offload;

namespace VRouter.Io.Tests.Offload;

public class SegmentCoalescerTests
{
    private const int Link = 1514;

    /// <summary>What the kernel would get: each message's header and bytes.</summary>
    private static List<(VirtioNetHeader Header, byte[] Bytes, int Frames)> Group(params byte[][] frames)
    {
        using var pool = new FramePool(FrameVector.MaxCount);
        var vector = new FrameVector();
        foreach (var bytes in frames)
        {
            Assert.True(pool.TryRent(out var frame));
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            vector.Add(frame);
        }

        var coalescer = new SegmentCoalescer();
        var isOffloaded = coalescer.Group(vector, Link);
        List<(VirtioNetHeader, byte[], int)> messages = [];
        foreach (var head in coalescer.Heads)
        {
            List<byte> bytes = [.. vector[head].Bytes];
            var count = 1;
            for (var frame = coalescer.NextOf(head); frame >= 0; frame = coalescer.NextOf(frame), count++)
                bytes.AddRange(vector[frame].Bytes[coalescer.PayloadStartOf(frame)..]);
            messages.Add((coalescer.HeaderOf(head), [.. bytes], count));
        }

        foreach (var frame in vector.Frames)
            pool.Return(frame);
        Assert.Equal(messages.Any(message => message.Item1.IsSuperFrame), isOffloaded);
        Assert.Equal(frames.Length, messages.Sum(message => message.Item3));
        return messages;
    }

    // As the kernel, or the next router, would.
    private static IEnumerable<byte[]> Wire(IEnumerable<(VirtioNetHeader Header, byte[] Bytes, int Frames)> messages)
    {
        foreach (var (header, bytes, _) in messages)
        {
            if (!header.IsSuperFrame)
            {
                yield return bytes;
                continue;
            }

            Assert.Equal(DropReason.None, VirtioSegmentation.TryPlan(bytes, header, out var plan));
            Assert.True(plan.IsExact(bytes));
            for (var i = 0; i < plan.Count; i++)
            {
                var frame = new byte[plan.LengthOf(i)];
                plan.Write(i, bytes, frame);
                yield return frame;
            }
        }
    }

    private static byte[][] Segments(int payload, TcpFlags flags = TcpFlags.Ack | TcpFlags.Psh, int size = 1448)
    {
        var bytes = SuperFrame.Ethernet(SuperFrame.IPv4(IpProtocol.Tcp, SuperFrame.Tcp(payload, flags), bigTcp: payload > 65_000));
        Assert.Equal(DropReason.None, VirtioSegmentation.TryPlan(bytes, SuperFrame.Header(VirtioNetHeader.GsoTcp4, size, 34, 16), out var plan));
        return [.. Enumerable.Range(0, plan.Count).Select(i =>
        {
            var frame = new byte[plan.LengthOf(i)];
            plan.Write(i, bytes, frame);
            return frame;
        })];
    }

    private static byte[] Changed(byte[] frame, Action<byte[]> change)
    {
        var changed = frame.ToArray();
        change(changed);
        var ip = IPv4Header.At(changed.AsSpan(14));
        ip.UpdateChecksum();
        TcpHeader.At(changed.AsSpan(34)).UpdateChecksum(ip.Source, ip.Destination);
        return changed;
    }

    [Theory]
    [InlineData(1448 * 2, 1)]
    [InlineData(1448 * 10, 1)]
    [InlineData((1448 * 10) + 1, 1)]
    [InlineData((1448 * 10) - 1, 1)]
    [InlineData(65160, 1)]
    [InlineData(1448 * 46, 2)]
    public void Group_StreamOfOneFlow_BecomesOneSuperFrame(int payload, int messages)
    {
        var segments = Segments(payload);
        var grouped = Group(segments);

        Assert.Equal(messages, grouped.Count);
        Assert.Equal((1448, 34, 16, 66), (grouped[0].Header.GsoSize, grouped[0].Header.ChecksumStart, grouped[0].Header.ChecksumOffset, grouped[0].Header.HeaderLength));
        Assert.Equal(segments, Wire(grouped));
    }

    public static TheoryData<string, Action<byte[]>> Differences => new()
    {
        { "destination MAC", f => f[0] = 0x22 },
        { "source MAC", f => f[11] = 9 },
        { "TOS", f => f[15] = 4 },
        { "ECN", f => f[15] = 3 },
        { "identification", f => f[19] += 5 },
        { "DF", f => f[20] = 0 },
        { "more fragments", f => f[20] |= 0x20 },
        { "TTL", f => f[22] = 9 },
        { "source address", f => f[29] = 99 },
        { "destination address", f => f[33] = 99 },
        { "source port", f => f[35]++ },
        { "destination port", f => f[37]++ },
        { "sequence", f => f[41]++ },
        { "acknowledgment", f => f[45]++ },
        { "reserved bit", f => f[46] |= 1 },
        { "SYN", f => f[47] |= 2 },
        { "RST", f => f[47] |= 4 },
        { "URG", f => f[47] |= 0x20 },
        { "ECE", f => f[47] |= 0x40 },
        { "CWR", f => f[47] |= 0x80 },
        { "no ACK", f => f[47] = 0 },
        { "window", f => f[48]++ },
        { "options", f => f[60]++ },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void Group_SegmentThatDiffers_IsNotJoinedAndNothingIsReordered(string what, Action<byte[]> change)
    {
        _ = what;
        var segments = Segments(1448 * 4);
        segments[2] = Changed(segments[2], change);

        var grouped = Group(segments);

        Assert.InRange(grouped.Count, 2, 3);
        Assert.Equal(2, grouped[0].Frames);
        Assert.Equal(segments.Select(Convert.ToHexString).Order(), Wire(grouped).Select(Convert.ToHexString).Order());
        if (change.Method.Name.Length > 0 && segments[2].AsSpan(26, 12).SequenceEqual(segments[0].AsSpan(26, 12)))
            Assert.Equal(segments, Wire(grouped));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Group_WrongChecksum_IsNotJoined(int at)
    {
        var segments = Segments(1448 * 3);
        segments[at][200] ^= 1;

        Assert.Equal(segments, Wire(Group(segments)));
        Assert.Equal(at, Group(segments)[0].Frames);
    }

    [Fact]
    public void Group_WrongChecksumOfTheFirst_IsNotJoined()
    {
        var segments = Segments(1448 * 3);
        segments[0][200] ^= 1;

        var grouped = Group(segments);

        Assert.Equal([1, 2], grouped.Select(message => message.Frames));
        Assert.Equal(segments, Wire(grouped));
    }

    [Fact]
    public void Group_FinOrPush_EndsTheTrain()
    {
        byte[][] frames = [.. Segments(1448 * 2), .. Segments(1448 * 2).Select(f => Changed(f, b => { b[36] = 7; }))];
        foreach (var flag in new[] { TcpFlags.Psh, TcpFlags.Fin })
        {
            var segments = Segments(1448 * 4, TcpFlags.Ack);
            segments[1] = Changed(segments[1], f => f[47] |= (byte)flag);
            var grouped = Group(segments);
            Assert.Equal([2, 2], grouped.Select(message => message.Frames));
            Assert.Equal(segments, Wire(grouped));
        }

        Assert.Equal([2, 2], Group(frames).Select(message => message.Frames));
    }

    [Fact]
    public void Group_ShortSegment_EndsTheTrain_AndALongerOneIsNotJoined()
    {
        var first = Segments(1448 * 2, TcpFlags.Ack, size: 1000); // 1000, 1000, 896
        var grouped = Group(first);
        Assert.Equal(3, Assert.Single(grouped).Frames);

        var longer = Segments(1448 + 1000, TcpFlags.Ack, size: 1000);
        var joined = Changed([.. longer[1], .. new byte[448]], f => { f[16] = 5; f[17] = 220; });
        Assert.Equal([1, 1], Group(longer[0], joined).Select(message => message.Frames));
    }

    [Fact]
    public void Group_ReservedFlagOfOneSegment_IsNotSpreadToOthersNorLost()
    {
        // As Linux (inet_gro_receive): the bit has no place in a super-frame.
        foreach (var marked in new[] { 0, 1 })
        {
            var segments = Segments(1448 * 2);
            segments[marked] = Changed(segments[marked], f => f[20] |= 0x80);

            Assert.Equal(segments.Select(Convert.ToHexString), Group(segments).Select(message => Convert.ToHexString(message.Bytes)));
        }
    }

    [Fact]
    public void Group_FragmentOrOptions_EndsEveryTrain()
    {
        var segments = Segments(1448 * 4, TcpFlags.Ack);
        var fragment = Changed(segments[0], f => f[20] = 0x20);
        Assert.Equal([2, 1, 2], Group(segments[0], segments[1], fragment, segments[2], segments[3]).Select(message => message.Frames));
    }

    [Fact]
    public void Group_PureAcknowledgment_IsNotOvertaken()
    {
        var segments = Segments(1448 * 4, TcpFlags.Ack);
        var ack = Changed(segments[2][..66], f => { f[16] = 0; f[17] = 52; });
        var grouped = Group(segments[0], segments[1], ack, segments[2], segments[3]);

        Assert.Equal([2, 1, 2], grouped.Select(message => message.Frames));
        Assert.Equal([segments[0], segments[1], ack, segments[2], segments[3]], Wire(grouped));
    }

    [Fact]
    public void Group_IdentificationThatStandsStill_IsJoinedWithDontFragmentOnly()
    {
        foreach (var dontFragment in new[] { true, false })
        {
            byte[][] segments = [.. Segments(1448 * 3).Select(f => Changed(f, b => { b[18] = b[19] = 0; b[20] = (byte)(dontFragment ? 0x40 : 0); }))];
            Assert.Equal(dontFragment ? [3] : [1, 1, 1], Group(segments).Select(message => message.Frames));
        }
    }

    [Fact]
    public void Group_LongerThanTheLink_IsNotJoined()
    {
        var segments = Segments(1449 * 3, size: 1449);
        Assert.Equal([1, 1, 1], Group(segments).Select(message => message.Frames));
    }

    [Fact]
    public void Group_FlowsAtRandom_KeepsEveryFlowsOrderAndBytes()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var flows = Enumerable.Range(0, random.Next(1, 14)).Select(flow =>
            {
                byte[][] segments = Segments(random.Next(1, 20_000), random.Next(2) == 0 ? TcpFlags.Ack : TcpFlags.Ack | TcpFlags.Psh, random.Next(100, 1449));
                return new Queue<byte[]>(segments.Select(f => Changed(f, b => b[35] = (byte)flow)));
            }).ToList();
            List<byte[]> frames = [];
            while (frames.Count < FrameVector.MaxCount && flows.Any(flow => flow.Count > 0))
            {
                var flow = flows[random.Next(flows.Count)];
                for (var run = random.Next(1, 9); run > 0 && flow.Count > 0 && frames.Count < FrameVector.MaxCount; run--)
                {
                    var frame = flow.Dequeue();
                    if (random.Next(40) == 0)
                        frame = Changed(frame, b => b[48]++);
                    if (random.Next(60) == 0)
                        frame[^1] ^= 1;
                    if (random.Next(60) > 0)
                        frames.Add(frame);
                }
            }

            var wire = Wire(Group([.. frames])).ToList();
            foreach (var flow in Enumerable.Range(0, flows.Count))
                Assert.Equal(frames.Where(f => f[35] == flow), wire.Where(f => f[35] == flow));
        }
    }

    [Fact]
    public void Group_AnyBytes_NeverThrows()
    {
        var random = new Random(3);
        for (var round = 0; round < 5000; round++)
        {
            var frames = new byte[random.Next(1, 20)][];
            for (var i = 0; i < frames.Length; i++)
            {
                frames[i] = new byte[random.Next(1, 120)];
                random.NextBytes(frames[i]);
                if (frames[i].Length > 47 && random.Next(4) > 0)
                    (frames[i][12], frames[i][13], frames[i][14], frames[i][23], frames[i][46]) = (8, 0, 0x45, 6, (byte)random.Next(256));
            }

            Group(frames);
        }
    }
}
