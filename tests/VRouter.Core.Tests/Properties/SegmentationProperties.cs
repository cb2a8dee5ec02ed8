using VRouter.Core.Offload;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>A super-frame's segments against those that are written one by one; put together they are what was cut.</summary>
public sealed class SegmentationProperties(ITestOutputHelper output) : PropertyTests(output)
{
    [Property(Cases = 2_000)]
    public void Write_AnySuperFrame_GivesItsSegments() => Check(
        NaiveSuperFrame.Make,
        NaiveSuperFrame.Shrink,
        frame =>
        {
            var bytes = frame.ToBytes();
            var kind = frame.IsTcp ? SegmentationKind.TcpSegments : SegmentationKind.UdpDatagrams;
            var plan = Plan(bytes, new SegmentationRequest(kind, frame.SegmentSize, 14, frame.Transport));
            Assert.Equal(frame.Count, plan.Count);
            Assert.True(plan.IsExact(bytes));
            List<byte> payload = [];
            for (var i = 0; i < plan.Count; i++)
            {
                var expected = frame.Segment(i);
                Assert.Equal(expected.Length, plan.LengthOf(i));
                var segment = new byte[expected.Length];
                Array.Fill(segment, (byte)0xa5);
                plan.Write(i, bytes, segment);
                Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(segment));
                payload.AddRange(segment[plan.HeaderLength..]);

                var copy = (byte[])bytes.Clone();
                var start = plan.WriteInPlace(i, copy);
                Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(copy.AsSpan(start, expected.Length)));
            }

            Assert.Equal(frame.Payload, payload);
        },
        frame => frame.ToString());

    [Property(Cases = 1_000)]
    public void Write_AnyUdpDatagram_GivesFragmentsOfIt() => Check(
        random => NaiveSuperFrame.Make(random) with { IsTcp = false, Tunnel = NaiveSuperFrame.Encapsulation.None, Options = [] },
        frame => NaiveSuperFrame.Shrink(frame).Where(simpler => simpler.SegmentSize >= 8),
        frame =>
        {
            frame = frame with { SegmentSize = Math.Max(8, frame.SegmentSize), Network = frame.Network with { Protocol = 17, Options = [] } };
            var bytes = frame.ToBytes();
            var plan = Plan(bytes, new SegmentationRequest(SegmentationKind.Fragments, frame.SegmentSize, 14, SegmentationRequest.FirstTransport));
            var fragments = Enumerable.Range(0, plan.Count).Select(i =>
            {
                var fragment = new byte[plan.LengthOf(i)];
                plan.Write(i, bytes, fragment);
                return NaivePacket.Read(fragment.AsSpan(14))!;
            }).Reverse().ToArray();
            Assert.All(fragments, fragment => Assert.InRange(fragment.Payload.Length, 1, frame.SegmentSize));
            Assert.Equal(
                (NaivePacket.Read(bytes.AsSpan(14))! with { DontFragment = false }).ToBytes(),
                NaiveReassembler.Reassemble(fragments)?.ToBytes());
        },
        frame => frame.ToString());

    private static SegmentationPlan Plan(byte[] bytes, SegmentationRequest request)
    {
        Assert.True(SegmentationPlan.TryCreate(bytes, request, out var plan));
        return plan;
    }
}
