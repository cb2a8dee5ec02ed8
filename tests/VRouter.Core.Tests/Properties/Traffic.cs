using VRouter.Core.Tests.Fused;
using VRouter.Core.Wire;
using VRouter.TestKit;
using VRouter.TestKit.Properties;

namespace VRouter.Core.Tests.Properties;

/// <summary>What happens to a router at the crossroads, step by step.</summary>
/// <param name="StrictVxlan">The node's VXLAN profile.</param>
/// <param name="Steps">The steps in order.</param>
internal sealed record Traffic(bool StrictVxlan, TrafficStep[] Steps)
{
    /// <summary>Mostly frames that can be forwarded; some odd, some broken; neighbors that answer or not; tables that change; time that passes.</summary>
    public static Traffic Make(Random random)
    {
        var frames = new CrossroadsTraffic(random.Next()) { Rarity = 1 << random.Next(6) };
        List<TrafficStep> steps = [];
        if (random.Next(4) > 0)
            steps.AddRange(Warmup);
        for (var step = random.Next(1, 8); step > 0; step--)
        {
            steps.Add(random.Next(10) switch
            {
                0 => new TrafficStep.Publish(random.Next(2) == 0),
                1 or 2 => new TrafficStep.Pass(random.Next(4) == 0 ? random.Next(100_000) : random.Next(1500)),
                3 or 4 => Reply(random),
                _ => Received(random, frames),
            });
        }

        return new Traffic(random.Next(2) == 0, [.. steps]);
    }

    /// <summary>Fewer steps, fewer frames, and frames without what does not matter.</summary>
    public static IEnumerable<Traffic> Shrink(Traffic traffic)
    {
        if (traffic.StrictVxlan)
            yield return traffic with { StrictVxlan = false };
        foreach (var steps in Shrinks.List(traffic.Steps, ShrinkStep))
            yield return traffic with { Steps = steps };
    }

    /// <inheritdoc/>
    public override string ToString() => $"strict VXLAN {StrictVxlan}\n{string.Join("\n", Steps.Select(step => step.ToString()))}";

    // Frames that have the neighbors asked for, and the neighbors' replies.
    private static IEnumerable<TrafficStep> Warmup
    {
        get
        {
            yield return new TrafficStep.Receive(
                CrossroadsNode.StrictPod, [.. new[] { "8.8.8.8", "192.168.1.5", "192.168.2.5", "192.168.3.5", "172.16.6.77", "192.168.8.5" }.Select(ToAsk)]);
            foreach (var (port, address) in CrossroadsNode.Answering)
                yield return new TrafficStep.Receive(port, [new Received(CrossroadsTraffic.ArpReply(port, address), 0)]);
            yield return new TrafficStep.Pass(1);
        }
    }

    private static Received ToAsk(string destination) => new(
        FrameBuilder.Ethernet(
            CrossroadsNode.PodMac, MacAddress.WorkloadGateway, EtherType.IPv4, FrameBuilder.IPv4("192.168.0.10", destination, IpProtocol.Udp, new byte[8])),
        0);

    private static TrafficStep.Receive Reply(Random random)
    {
        var (port, address) = CrossroadsNode.Answering[random.Next(CrossroadsNode.Answering.Length)];
        return new TrafficStep.Receive(port, [new Received(CrossroadsTraffic.ArpReply(port, address, random.Next(2)), 0)]);
    }

    private static TrafficStep.Receive Received(Random random, CrossroadsTraffic frames)
    {
        var port = random.Next(CrossroadsNode.Ports);
        var count = random.Next(8) == 0 ? random.Next(1, 60) : random.Next(1, 12);
        return new TrafficStep.Receive(port, [.. Enumerable.Range(1, count).Select(number => new Received(frames.Frame(port), random.Next(20) == 0 ? (uint)number : 0))]);
    }

    private static IEnumerable<TrafficStep> ShrinkStep(TrafficStep step) => step switch
    {
        TrafficStep.Receive receive => Shrinks.List(receive.Frames, ShrinkFrame).Where(frames => frames.Length > 0).Select(frames => receive with { Frames = frames }),
        TrafficStep.Pass pass => Shrinks.Number(pass.Milliseconds).Select(milliseconds => new TrafficStep.Pass(milliseconds)),
        _ => [],
    };

    private static IEnumerable<Received> ShrinkFrame(Received frame)
    {
        const int Headers = 14 + 50 + 20 + 8;
        if (frame.TraceId != 0)
            yield return frame with { TraceId = 0 };
        if (frame.Bytes.Length > Headers && frame.Bytes.AsSpan(Headers).ContainsAnyExcept((byte)0))
            yield return frame with { Bytes = [.. frame.Bytes[..Headers], .. new byte[frame.Bytes.Length - Headers]] };
        if (NaivePacket.Read(frame.Bytes.AsSpan(Math.Min(14, frame.Bytes.Length))) is not { } packet)
            yield break;
        foreach (var simpler in NaivePacket.Shrink(packet).Take(40))
            yield return frame with { Bytes = [.. frame.Bytes[..14], .. simpler.ToBytes()] };
    }
}
