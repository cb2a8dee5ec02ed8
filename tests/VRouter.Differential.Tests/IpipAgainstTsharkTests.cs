using System.Diagnostics;
using VRouter.Core.Wire;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Network;
using VRouter.Io.Ports.Pcap;
using VRouter.TestKit;
using VRouter.TestKit.Properties;

namespace VRouter.Differential.Tests;

/// <summary>
/// IPIP, which not every kernel has: tshark takes apart what the sweeps send into the tunnel, with every checksum verified, and the outer header's rules are compared with those
/// of VXLAN, which the kernel judges.
/// </summary>
public sealed class IpipAgainstTsharkTests
{
    private const int OuterLength = 20;
    private static readonly Way IntoIpip = new("workload into ipip", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, "10.244.3.5");
    private static readonly Way IntoVxlan = Way.IntoVxlan[0];

    // Of outer and inner header each, in this order.
    private static readonly string[] Fields =
    [
        "ip.version", "ip.hdr_len", "ip.dsfield.dscp", "ip.dsfield.ecn", "ip.len", "ip.id", "ip.flags.df", "ip.flags.mf", "ip.frag_offset", "ip.ttl", "ip.proto", "ip.checksum.status",
        "ip.src", "ip.dst",
    ];

    [SkippableFact]
    public void Sweep_EveryFrameIntoTheTunnel_IsReadByTsharkAsRfc2003Says()
    {
        Requires.Tools("tshark");
        var cases = HeaderSweeps.Of(IntoIpip).Concat(OptionSweeps.Of(IntoIpip)).Concat(TransportSweeps.Of(IntoIpip));
        using var router = new RouterSide(fused: true, strictVxlan: true);
        var sent = cases.SelectMany(tried => router.Run(tried.Frames).Frames).Where(frame => frame.Port == TwinNetwork.Uplink).Select(frame => frame.Frame).ToList();

        var read = Read(sent);

        // Fewer would be a sweep that does not reach the tunnel.
        Assert.True(sent.Count > 2000, $"{sent.Count} frames");
        Assert.Equal(sent.Select(Expected), read);
    }

    [Fact]
    public void OuterHeader_OfEveryTosFlagAndLength_FollowsTheRulesOfVxlans()
    {
        using var router = new RouterSide(fused: true, strictVxlan: true);
        foreach (var packet in Packets())
        {
            var ipip = Outer(packet with { Way = IntoIpip });
            var vxlan = Outer(packet with { Way = IntoVxlan });

            // RFC 2003 §3.1 wants the inner type of service; a VXLAN packet tells nothing of it but its ECN, as with Linux. Both ends and numbers are each tunnel's own.
            Assert.Equal(packet.TosEcn, ipip.TosEcn);
            Assert.Equal(packet.TosEcn & Ecn.Mask, vxlan.TosEcn);
            Assert.Equal((vxlan.Ttl, vxlan.DontFragment, vxlan.MoreFragments, vxlan.OffsetUnits, vxlan.Source), (ipip.Ttl, ipip.DontFragment, ipip.MoreFragments, ipip.OffsetUnits, ipip.Source));
            Assert.Empty(ipip.Options);
            var (inIpip, inVxlan) = (NaivePacket.Read(ipip.Payload)!, NaivePacket.Read(vxlan.Payload.AsSpan(UdpHeader.Size + VxlanHeader.Size + EthernetHeader.Size))!);
            Assert.Equal((inVxlan with { Destination = inIpip.Destination }).ToBytes(), inIpip.ToBytes());
        }

        NaivePacket Outer(Packet packet) => NaivePacket.Read(Assert.Single(router.Run([packet.Build()]).Frames).Frame.AsSpan(EthernetHeader.Size))!;
    }

    private static IEnumerable<Packet> Packets()
    {
        var plain = new Packet { Way = IntoIpip, Payload = FrameBuilder.Pattern(48) };
        for (var tos = 0; tos < 256; tos++)
            yield return plain with { TosEcn = (byte)tos, Flags = (byte)(tos % 2 * 2) };
        foreach (byte flags in (byte[])[0, 1, 2, 3])
        {
            foreach (ushort offset in (ushort[])[0, 1, 185])
                yield return plain with { Flags = flags, Offset = offset };
        }

        foreach (var length in (int[])[0, 1, 7, 1429, 1430])
            yield return plain with { Payload = FrameBuilder.Pattern(length), Ttl = 2 };
        yield return plain with { Options = [1, 1, 1, 1, 148, 4, 0, 0] };
        yield return plain with { Options = [7, 7, 4, 0, 0, 0, 0, 0] };
    }

    // RFC 2003 §3.1: of the inner header by its own bytes, of the outer one by the inner; its identification is free, and no two are the same.
    private static string Expected(byte[] frame)
    {
        var outer = NaivePacket.Read(frame.AsSpan(EthernetHeader.Size))!;
        var inner = NaivePacket.Read(outer.Payload)!;
        var expected = new NaivePacket
        {
            TosEcn = inner.TosEcn, Identification = outer.Identification, DontFragment = inner.DontFragment, Ttl = 64, Protocol = IpProtocol.IPv4,
            Source = IPv4Address.Parse(TwinNetwork.NodeAddress).Value, Destination = IPv4Address.Parse(TwinNetwork.IpipNode).Value, Payload = inner.ToBytes(),
        };
        return $"{Line(expected)} {Line(inner)}";
    }

    private static string Line(NaivePacket packet) => string.Join(
        ' ', 4, OuterLength + packet.Options.Length, packet.TosEcn >> 2, packet.TosEcn & 3, packet.TotalLength, $"0x{packet.Identification:x4}", packet.DontFragment ? 1 : 0, packet.MoreFragments ? 1 : 0,
        packet.OffsetUnits, packet.Ttl, packet.Protocol, "1", new IPv4Address(packet.Source), new IPv4Address(packet.Destination));

    // One process for all frames. What stands inside the inner packet has fields of the same names, which come behind.
    private static List<string> Read(IEnumerable<byte[]> frames)
    {
        var path = Path.Combine(Path.GetTempPath(), $"vrouter-ipip-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.pcap");
        try
        {
            using (var capture = CaptureWriter.Create(path))
            {
                foreach (var frame in frames)
                    capture.Write(0, 0, frame);
            }

            return [.. Tshark(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Both)];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Both(string line)
    {
        var values = line.Split('\t').Select(field => field.Split(',')).ToList();
        return string.Join(' ', Enumerable.Range(0, 2).SelectMany(header => values.Select(value => header < value.Length ? value[header] : "-")));
    }

    private static string Tshark(string path)
    {
        string[] arguments =
        [
            "-n", "-o", "ip.check_checksum:TRUE", "-o", "ip.defragment:FALSE", "-r", path, "-T", "fields", "-E", "occurrence=a", .. Fields.SelectMany(field => new[] { "-e", field }),
        ];
        using var process = Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var ended = process.WaitForExit(TimeSpan.FromSeconds(120));
        if (!ended)
            process.Kill();
        Assert.True(ended && process.ExitCode == 0, ended ? $"tshark: {errors.Result}" : "tshark did not end.");
        return output.Result;
    }
}
