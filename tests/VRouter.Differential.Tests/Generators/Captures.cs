using VRouter.Core.Wire;
using VRouter.Io.Ports.Pcap;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Generators;

/// <summary>Packets of real programs: tests/Cases/traffic.pcap, captured on a veth between two hosts (ping, tracepath, DNS, TCP with SACK, UDP in fragments).</summary>
internal static class Captures
{
    /// <summary>The IPv4 packets, without padding.</summary>
    public static IReadOnlyList<byte[]> Packets()
    {
        var packets = new List<byte[]>();
        using var reader = CaptureReader.Open(RepositoryFiles.PathOf("tests", "Cases", "traffic.pcap"));
        while (reader.TryRead(out var captured))
        {
            var frame = captured.Bytes.ToArray();
            if (EthernetHeader.Parse(frame, out var ethernet) == Core.Graph.DropReason.None && ethernet.Type == EtherType.IPv4
                && IPv4Header.Parse(ethernet.Payload, out var header) == Core.Graph.DropReason.None)
                packets.Add(header.Packet.ToArray());
        }

        return packets;
    }
}
