using System.Globalization;
using VRouter.Io.Ports.Pcap;
using VRouter.Io.Tests.Support;

namespace VRouter.Io.Tests.Offload;

/// <summary>Independent judges of finished frames: tshark with every checksum validation on, and a naive computation.</summary>
internal static class WireTruth
{
    private static readonly string[] Preferences =
        ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "sctp.checksum:crc-32c", "-o", "ip.defragment:TRUE"];

    /// <summary>Runs tshark over the frames and gives the fields as text, one array per frame; every occurrence of a field, joined by commas.</summary>
    public static string[][] Fields(IEnumerable<byte[]> frames, params string[] fields)
    {
        Requires.Tool("tshark");
        using var file = new TemporaryFile(".pcap");
        using (var writer = CaptureWriter.Create(file.Path))
        {
            foreach (var frame in frames)
                writer.Write(0, 0, frame);
        }

        return Fields(file.Path, fields);
    }

    public static string[][] Fields(string path, params string[] fields)
    {
        Requires.Tool("tshark");
        string[] arguments = ["-r", path, .. Preferences, "-T", "fields", "-E", "separator=|", "-E", "occurrence=a", .. fields.SelectMany(f => new[] { "-e", f })];
        return [.. Shell.Run("tshark", arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|'))];
    }

    /// <summary>
    /// Fails if tshark finds a bad or malformed thing in any frame. Statuses: 1 is good, 2 unverified (first fragments), 3 "not present". A TCP checksum
    /// of 0xffff is let pass: where offloads are off, Linux itself writes a sum of 0 so, which is the same number in one's complement.
    /// </summary>
    public static void AssertFlawless(IEnumerable<byte[]> frames)
    {
        foreach (var frame in Fields(frames, "ip.checksum.status", "tcp.checksum.status", "udp.checksum.status", "sctp.checksum.status", "_ws.malformed", "eth.type", "tcp.checksum"))
        {
            Assert.Matches(frame[5].Contains("0x0800") ? "^(1,?)+$" : "^$", frame[0]);
            Assert.Matches(frame[6] == "0xffff" ? "^[01]$" : "^(1,?)*$", frame[1]);
            Assert.Matches("^([123],?)*$", frame[2]);
            Assert.Matches("^(1,?)*$", frame[3]);
            Assert.Equal("", frame[4]);
        }
    }

    /// <summary>The one's complement sum of RFC 1071, word by word, folded; 0xffff where the checksum in the data is true.</summary>
    public static ushort NaiveSum(ReadOnlySpan<byte> data, uint start = 0)
    {
        var sum = start;
        for (var i = 0; i < data.Length; i += 2)
        {
            sum += (uint)(data[i] << 8) | (i + 1 < data.Length ? data[i + 1] : 0u);
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)sum;
    }

    /// <summary>The naive sum over a TCP or UDP payload of an IPv4 packet, with its pseudo-header.</summary>
    public static ushort NaiveTransportSum(ReadOnlySpan<byte> packet)
    {
        var header = (packet[0] & 0xf) * 4;
        var length = (packet[2] << 8 | packet[3]) - header;
        byte[] pseudo = [.. packet[12..20], 0, packet[9], (byte)(length >> 8), (byte)length];
        return NaiveSum(packet.Slice(header, length), NaiveSum(pseudo));
    }

    public static int Hex(string text) => int.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
