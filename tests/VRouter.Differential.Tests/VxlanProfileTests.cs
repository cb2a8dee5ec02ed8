using VRouter.Core.Tunnels;
using VRouter.Core.Wire;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Judging;
using VRouter.Differential.Tests.Network;
using VRouter.Differential.Tests.Running;
using VRouter.TestKit;

namespace VRouter.Differential.Tests;

/// <summary>
/// The profile <c>rfc</c>, which is the default, beside the kernel's vxlan device; the other tests have the profile <c>strict</c>. What goes into the tunnel and out of it is the same, but
/// that reserved bits count for nothing (RFC 7348 §5).
/// </summary>
public sealed class VxlanProfileTests
{
    private const int Flows = 500;
    private const int Vxlan = EthernetHeader.Size + IPv4Header.MinimumSize + UdpHeader.Size;

    [SkippableFact]
    [Rfc("7348-4.1-vni", "7348-4.1-inner-destination", "7348-5-reserved-ignored", "7348-5-zero-checksum", "7348-5-false-checksum")]
    public void Rfc_EachFrameOutOfTheTunnel_DiffersFromLinuxByReservedBitsAlone()
    {
        using var twins = new Twins(DivergenceList.Read(), strictVxlan: false);
        var reserved = 0;
        foreach (var tried in VxlanSweeps.Cases())
        {
            var judgement = twins.Try(tried, out var ours, out var linux);
            if (judgement.IsEqual || !judgement.IsNew)
                continue;
            // Linux drops it; ours does what it does with the same frame without these bits.
            Assert.True(HasReservedBits(tried), $"{tried.Name}: {judgement.Signature}");
            Assert.Empty(linux);
            Assert.Empty(ours.Drops);
            twins.Try(WithoutReservedBits(tried), out var same, out var linuxToo);
            Assert.Equal(Texts(same.Frames), Texts(ours.Frames));
            Assert.NotEmpty(linuxToo);
            reserved++;
        }

        // Of the 256 values of the flags' byte those with the I flag, but for itself alone, and the 32 other bits, of which each is set by itself.
        Assert.Equal(127 + 32, reserved);
        Assert.Equal(0, twins.Lost());
    }

    [SkippableFact]
    [Rfc("7348-4.3-fragment", "7348-5-vni-flag")]
    public void Rfc_EachFieldIntoTheTunnel_IsAsLinuxWritesIt()
    {
        using var twins = new Twins(DivergenceList.Read(), strictVxlan: false);
        var run = new DifferentialRun(twins);

        Assert.True(run.Run(IntoTheTunnel()));

        Assert.True(run.Tally.New.Count == 0 && run.Tally.Unsteady == 0, run.Tally.Report());
        Assert.Equal(0, twins.Lost());
    }

    /// <summary>The outer source port is each router's own (RFC 7348 §5), but that both give each flow one, and to different flows mostly different ones.</summary>
    [SkippableFact]
    public void Rfc_EachFlowIntoTheTunnel_HasOneSourcePortAsWithLinux()
    {
        using var twins = new Twins(DivergenceList.Read(), strictVxlan: false);
        var (own, other) = (new List<ushort>(), new List<ushort>());
        for (ushort flow = 1; flow <= Flows; flow++)
        {
            twins.Try(new Case($"flow {flow}", PacketsOf(flow)), out var ours, out var linux);
            own.Add(OnePort(ours.Frames));
            other.Add(OnePort(linux));
        }

        // RFC 7348 §5: in the dynamic range. Linux takes the ports that its own sockets take.
        Assert.All(own, port => Assert.InRange(port, VxlanEncap.FirstSourcePort, ushort.MaxValue));
        Assert.InRange(own.Distinct().Count(), Flows * 9 / 10, Flows);
        Assert.InRange(other.Distinct().Count(), Flows * 9 / 10, Flows);
        Assert.Equal(0, twins.Lost());
    }

    // Datagrams of different lengths, types of service and TTLs.
    private static List<PortFrame> PacketsOf(ushort flow) =>
    [
        .. Enumerable.Range(1, 3).Select(number => new Packet
        {
            Way = Way.IntoVxlan[0],
            Protocol = IpProtocol.Udp,
            TosEcn = (byte)(number * 8),
            Ttl = (byte)(number * 20),
            Payload = FrameBuilder.Udp(TwinNetwork.WorkloadAddress, "10.244.2.5", flow, 53, FrameBuilder.Pattern(number * 10)),
        }.Build()),
    ];

    private static ushort OnePort(IReadOnlyList<PortFrame> frames)
    {
        Assert.Equal(3, frames.Count);
        return Assert.Single(frames.Select(frame => UdpHeader.At(frame.Frame.AsSpan(Vxlan - UdpHeader.Size)).SourcePort).Distinct());
    }

    // Of the outer header follow from the packet: type of service, DF, lengths, the number of packets; from nothing TTL, reserved bits, the VNI, ports and checksum.
    private static IEnumerable<Case> IntoTheTunnel()
    {
        foreach (var way in Way.IntoVxlan)
        {
            for (var tos = 0; tos < 256; tos++)
                yield return new Packet { Way = way, TosEcn = (byte)tos, Flags = (byte)(tos % 2 * 2) }.AsCase($"tos {tos}");
            foreach (byte ttl in (byte[])[1, 2, 64, 255])
                yield return new Packet { Way = way, Ttl = ttl }.AsCase($"ttl {ttl}");
            foreach (var length in (int[])[0, 1, TwinNetwork.VxlanMtu - IPv4Header.MinimumSize, TwinNetwork.VxlanMtu - IPv4Header.MinimumSize + 1, 2800])
            {
                foreach (var dontFragment in (bool[])[false, true])
                {
                    if (length <= TwinNetwork.Mtus[way.Port] - IPv4Header.MinimumSize)
                        yield return new Packet { Way = way, Flags = (byte)(dontFragment ? 2 : 0), Payload = FrameBuilder.Pattern(length) }.AsCase($"{length} bytes, df {dontFragment}");
                }
            }
        }
    }

    private static bool HasReservedBits(Case tried) => tried.Frames is [{ Frame.Length: >= Vxlan + VxlanHeader.Size } only] && !Header(only.Frame).ReservedAreZero;

    private static Case WithoutReservedBits(Case tried)
    {
        var frame = tried.Frames[0].Frame.ToArray();
        VxlanHeader.Write(frame.AsSpan(Vxlan), Header(frame).Vni);
        return new Case(tried.Name, tried.Frames[0].Port, frame);
    }

    private static VxlanHeader Header(byte[] frame) => VxlanHeader.At(frame.AsSpan(Vxlan));

    private static IEnumerable<string> Texts(IEnumerable<PortFrame> frames) => frames.Select(frame => frame.ToString());
}
