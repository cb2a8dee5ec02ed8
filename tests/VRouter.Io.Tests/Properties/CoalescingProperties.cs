using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Io.Offload;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Io.Tests.Properties;

/// <summary>What joins segments undoes what cuts super-frames, and never changes what the receiver of a flow gets.</summary>
public sealed class CoalescingProperties : PropertyTests, IDisposable
{
    private const int Link = 1514;
    private const byte Ack = 0x10, Psh = 8, Fin = 1, Ece = 0x40;
    private readonly FramePool pool = new(FrameVector.MaxCount);
    private readonly SegmentCoalescer coalescer = new();

    public CoalescingProperties(ITestOutputHelper output)
        : base(output)
    {
    }

    [Property(Cases = 2_000)]
    public void Group_SegmentsOfASuperFrame_GivesTheSuperFrame() => Check(
        MakeJoinable,
        frame => NaiveSuperFrame.Shrink(frame).Where(simpler => simpler.Payload.Length > 0),
        frame =>
        {
            var message = Assert.Single(Group([.. Enumerable.Range(0, frame.Count).Select(frame.Segment)]));
            var expected = frame.ToBytes();
            if (frame.Count > 1)
            {
                Assert.Equal(frame.SegmentSize, message.Header.GsoSize);
                // Whoever cuts it begins with the sum of the pseudo-header (virtio 1.2 §5.1.6.2).
                message.Bytes.AsSpan(frame.Transport + 16, 2).CopyTo(expected.AsSpan(frame.Transport + 16));
                Assert.Equal(PseudoSum(frame), (message.Bytes[frame.Transport + 16] << 8) | message.Bytes[frame.Transport + 17]);
            }

            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(message.Bytes));
        },
        frame => frame.ToString());

    /// <summary>Segments of some flows as they come: some lost, some late, some twice, some changed.</summary>
    private sealed record Mixture(byte[][] Frames);

    [Property(Cases = 1_000)]
    public void Group_AnyMixtureOfFlows_KeepsEachFlowsFramesAndOrder() => Check(
        MakeMixture,
        mixture => Shrinks.List(mixture.Frames, _ => []).Select(frames => new Mixture(frames)),
        mixture =>
        {
            var wire = Group(mixture.Frames).SelectMany(Cut).ToArray();
            Assert.Equal(mixture.Frames.Length, wire.Length);
            foreach (var flow in mixture.Frames.Select(FlowOf).Distinct())
                Assert.Equal(mixture.Frames.Where(frame => FlowOf(frame) == flow).Select(Shown), wire.Where(frame => FlowOf(frame) == flow).Select(Shown));
        },
        mixture => string.Join("\n", mixture.Frames.Select(Convert.ToHexString)));

    public void Dispose() => pool.Dispose();

    // What Linux's rules let join: see SegmentCoalescer.
    private static NaiveSuperFrame MakeJoinable(Random random)
    {
        var frame = NaiveSuperFrame.Make(random);
        var size = Math.Min(frame.SegmentSize, Link - 14 - 20 - 20 - frame.Options.Length);
        return frame with
        {
            IsTcp = true,
            Tunnel = NaiveSuperFrame.Encapsulation.None,
            Network = frame.Network with { Protocol = 6, Options = [], ReservedFlag = false },
            Flags = (byte)(Ack | (random.Next(2) * Psh) | (random.Next(2) * Fin) | (random.Next(2) * Ece)),
            SegmentSize = size,
            Payload = frame.Payload.Length == 0 ? [1] : frame.Payload[..Math.Min(frame.Payload.Length, size * FrameVector.MaxCount)],
        };
    }

    private static Mixture MakeMixture(Random random)
    {
        List<byte[]> frames = [];
        for (var flow = random.Next(1, 4); flow > 0; flow--)
        {
            var frame = MakeJoinable(random) with { Ports = (uint)flow };
            for (var i = 0; i < Math.Min(frame.Count, 12); i++)
            {
                var segment = frame.Segment(i);
                if (random.Next(30) == 0)
                    Change(random, segment);
                for (var copies = random.Next(20) switch { 0 => 0, 1 => 2, _ => 1 }; copies > 0; copies--)
                    frames.Insert(random.Next(4) == 0 ? random.Next(frames.Count + 1) : frames.Count, segment);
            }
        }

        return new Mixture([.. frames]);
    }

    // Any bit behind the Ethernet header; but the router sends only IPv4 packets with true headers, so version and checksum are kept.
    private static void Change(Random random, byte[] segment)
    {
        var at = random.Next(14, segment.Length);
        segment[at] ^= (byte)(1 << random.Next(8));
        segment[14] = (byte)(0x40 | (segment[14] & 15));
        var headerLength = (segment[14] & 15) * 4;
        if (at >= 34 || headerLength is < 20 or > 60 || 14 + headerLength > segment.Length)
            return;
        (segment[24], segment[25]) = (0, 0);
        var checksum = NaiveChecksum.Of(segment.AsSpan(14, headerLength));
        (segment[24], segment[25]) = ((byte)(checksum >> 8), (byte)checksum);
    }

    private List<(VirtioNetHeader Header, byte[] Bytes)> Group(byte[][] frames)
    {
        var vector = new FrameVector();
        foreach (var bytes in frames)
        {
            Assert.True(pool.TryRent(out var frame));
            bytes.CopyTo(frame.Reset(pool, bytes.Length));
            vector.Add(frame);
        }

        coalescer.Group(vector, Link);
        List<(VirtioNetHeader, byte[])> messages = [];
        foreach (var head in coalescer.Heads)
        {
            List<byte> bytes = [.. vector[head].Bytes];
            for (var frame = coalescer.NextOf(head); frame >= 0; frame = coalescer.NextOf(frame))
                bytes.AddRange(vector[frame].Bytes[coalescer.PayloadStartOf(frame)..]);
            messages.Add((coalescer.HeaderOf(head), [.. bytes]));
        }

        foreach (var frame in vector.Frames)
            pool.Return(frame);
        return messages;
    }

    private static IEnumerable<byte[]> Cut((VirtioNetHeader Header, byte[] Bytes) message)
    {
        if (!message.Header.IsSuperFrame)
            return [message.Bytes];
        Assert.Equal(DropReason.None, VirtioSegmentation.TryPlan(message.Bytes, message.Header, out var plan));
        return Enumerable.Range(0, plan.Count).Select(i =>
        {
            var frame = new byte[plan.LengthOf(i)];
            plan.Write(i, message.Bytes, frame);
            return frame;
        }).ToArray();
    }

    private static string FlowOf(byte[] frame) => $"{frame[14 + 9]} {Convert.ToHexString(frame.AsSpan(14 + 12, 12))}";

    // The identification of a packet with DF means nothing (RFC 6864 §4.1): segments that all have the same one may be joined, and are numbered when they are cut.
    private static string Shown(byte[] frame)
    {
        var shown = (byte[])frame.Clone();
        if ((shown[14 + 6] & 0x40) != 0)
            (shown[14 + 4], shown[14 + 5], shown[14 + 10], shown[14 + 11]) = (0, 0, 0, 0);
        return Convert.ToHexString(shown);
    }

    private static int PseudoSum(NaiveSuperFrame frame)
    {
        var length = frame.ToBytes().Length - frame.Transport;
        var (source, destination) = (frame.Network.Source, frame.Network.Destination);
        return NaiveChecksum.Sum(
            (byte)(source >> 24), (byte)(source >> 16), (byte)(source >> 8), (byte)source,
            (byte)(destination >> 24), (byte)(destination >> 16), (byte)(destination >> 8), (byte)destination,
            0, 6, (byte)(length >> 8), (byte)length);
    }
}
