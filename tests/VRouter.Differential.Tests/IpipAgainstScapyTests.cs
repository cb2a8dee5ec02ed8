using System.Diagnostics;
using VRouter.Core.Wire;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Network;
using VRouter.TestKit;

namespace VRouter.Differential.Tests;

/// <summary>
/// IPIP, which not every kernel has: scapy, with RFC 2003 and RFC 6040 written down once more, says what has to come out. All of a test's frames go through one process.
/// </summary>
public sealed class IpipAgainstScapyTests
{
    private const int OuterStart = EthernetHeader.Size;
    private static readonly Way IntoIpip = new("workload into ipip", TwinNetwork.Workload, TwinNetwork.WorkloadAddress, "10.244.3.5");

    [SkippableFact]
    public void Encapsulate_EveryTosFlagAndLength_AsScapy()
    {
        var frames = Packets(IntoIpip).Select(packet => packet.Build()).ToList();
        using var router = new RouterSide(fused: true, strictVxlan: true);
        var sent = frames.Select(frame => Assert.Single(router.Run([frame]).Frames).Frame).ToList();
        var expected = Ask(frames.Zip(sent, (frame, own) => $"encap {Convert.ToHexStringLower(frame.Frame)} {IPv4Header.At(own.AsSpan(OuterStart)).Identification}"));
        Assert.Equal(expected, sent.Select(Convert.ToHexStringLower));
        Assert.Equal(sent.Count, sent.Select(frame => IPv4Header.At(frame.AsSpan(OuterStart)).Identification).Distinct().Count());
    }

    [SkippableFact]
    public void Decapsulate_EveryOuterAndInnerTos_AsScapy()
    {
        var way = new Way("node to workload", TwinNetwork.Uplink, "10.244.3.5", TwinNetwork.WorkloadAddress);
        var frames = new List<PortFrame>();
        foreach (var packet in Packets(way))
        {
            foreach (byte outer in (byte[])[0, 1, 2, 3, 0xb8, 0xbb])
                frames.Add(new PortFrame(TwinNetwork.Uplink, Around(packet.Build().Frame[EthernetHeader.Size..], outer)));
        }

        using var router = new RouterSide(fused: true, strictVxlan: true);
        var sent = frames.Select(frame => router.Run([frame]).Frames).Select(found => found.Count == 0 ? "-" : Convert.ToHexStringLower(Assert.Single(found).Frame));
        Assert.Equal(Ask(frames.Select(frame => $"decap {Convert.ToHexStringLower(frame.Frame)}")), sent);
    }

    private static IEnumerable<Packet> Packets(Way way)
    {
        var plain = new Packet { Way = way, Payload = FrameBuilder.Pattern(48) };
        for (var tos = 0; tos < 256; tos++)
            yield return plain with { TosEcn = (byte)tos };
        for (byte flags = 0; flags < 4; flags++)
        {
            foreach (ushort offset in (ushort[])[0, 1, 185])
                yield return plain with { Flags = flags, Offset = offset };
        }

        foreach (byte ttl in (byte[])[2, 3, 255])
            yield return plain with { Ttl = ttl };
        foreach (var length in (int[])[0, 1, 7, 100, 1459, 1460])
            yield return plain with { Payload = FrameBuilder.Pattern(length) };
        foreach (byte protocol in (byte[])[1, 6, 17, 50, 132])
            yield return plain with { Protocol = protocol };
        yield return plain with { Options = [1, 1, 1, 1, 148, 4, 0, 0] };
        yield return plain with { Trailer = FrameBuilder.Pattern(9) };
    }

    private static byte[] Around(byte[] inner, byte tos) => FrameBuilder.Ethernet(
        TwinNetwork.NeighborMac(4), TwinNetwork.UplinkMac, EtherType.IPv4, FrameBuilder.IPv4(TwinNetwork.IpipNode, TwinNetwork.NodeAddress, IpProtocol.IPv4, inner, tosEcn: tos));

    private static List<string> Ask(IEnumerable<string> lines)
    {
        Requires.Tools("scapy");
        var script = RepositoryFiles.PathOf("tests", "VRouter.Differential.Tests", "Peers", "ipip_model.py");
        // Debian's scapy belongs to the system's interpreter, which need not be the first in PATH.
        var start = new ProcessStartInfo("/usr/bin/python3", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var answers = process.StandardOutput.ReadToEndAsync();
        foreach (var line in lines)
            process.StandardInput.WriteLine(line);
        process.StandardInput.Close();
        var ended = process.WaitForExit(TimeSpan.FromSeconds(60));
        if (!ended)
            process.Kill();
        Assert.True(ended && process.ExitCode == 0, "The scapy process failed or did not end.");
        return [.. answers.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
