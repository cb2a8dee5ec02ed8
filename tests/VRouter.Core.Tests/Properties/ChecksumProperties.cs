using VRouter.Core.Wire;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>The checksum's fast ways against the sum word by word.</summary>
public sealed class ChecksumProperties(ITestOutputHelper output) : PropertyTests(output)
{
    // The words at which carries and the two zeros of one's complement show.
    private static readonly ushort[] Corners = [0, 1, 0x00ff, 0x0100, 0x7fff, 0x8000, 0xfeff, 0xff00, 0xfffe, 0xffff];

    private sealed record Patch(byte[] Data, int Word, ushort Value);

    [Property(Cases = 20_000)]
    public void Update_AnyWordOfAnyData_GivesTheFullChecksum() => Check(
        random =>
        {
            var data = new byte[2 * random.Next(1, 12)];
            for (var i = 0; i < data.Length; i += 2)
                WriteWord(data, i, Word(random));
            return new Patch(data, random.Next(data.Length / 2), Word(random));
        },
        patch => Shrinks.Bytes(patch.Data).Where(data => data.Length > 0 && data.Length % 2 == 0).Select(data => new Patch(data, Math.Min(patch.Word, (data.Length / 2) - 1), patch.Value))
            .Concat(Shrinks.Number(patch.Value).Select(value => patch with { Value = (ushort)value })),
        patch =>
        {
            var before = NaiveChecksum.Of(patch.Data);
            var changed = (byte[])patch.Data.Clone();
            var old = (ushort)((changed[patch.Word * 2] << 8) | changed[(patch.Word * 2) + 1]);
            WriteWord(changed, patch.Word * 2, patch.Value);
            var updated = InternetChecksum.Update(before, old, patch.Value);
            // RFC 1624 §3: the one difference is data of zeros only, which no header is. There both zeros are true.
            if (changed.AsSpan().ContainsAnyExcept((byte)0))
                Assert.Equal(NaiveChecksum.Of(changed), updated);
            else
                Assert.True(updated is 0 or 0xffff);
        },
        patch => $"{Convert.ToHexString(patch.Data)}, word {patch.Word} becomes 0x{patch.Value:x4}");

    private sealed record Edit(NaivePacket Packet, (int Field, uint Value)[] Changes);

    [Property(Cases = 10_000)]
    public void Setters_AnyChangesOfAnyHeader_KeepTheChecksumOfAFullComputation() => Check(
        random => new Edit(
            MakeHeader(random),
            [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => (random.Next(14), ((uint)Word(random) << 16) | Word(random)))]),
        edit => NaivePacket.Shrink(edit.Packet).Select(packet => edit with { Packet = packet })
            .Concat(Shrinks.List(edit.Changes, _ => []).Select(changes => edit with { Changes = changes })),
        edit =>
        {
            var bytes = edit.Packet.ToBytes();
            var header = IPv4Header.At(bytes);
            foreach (var (field, value) in edit.Changes)
            {
                Apply(header, field, value);
                var copy = header.Bytes.ToArray();
                (copy[10], copy[11]) = (0, 0);
                Assert.Equal(NaiveChecksum.Of(copy), header.Checksum);
            }
        },
        edit => $"{edit.Packet}\n{string.Join(", ", edit.Changes)}");

    private sealed record Region(byte[] Data, int Start, int Length);

    [Property(Cases = 5_000)]
    public void Sum_AnyBytesAnywhere_IsTheSumOfTheWords() => Check(
        random =>
        {
            var data = new byte[random.Next(random.Next(10) == 0 ? 5000 : 200)];
            if (random.Next(3) == 0)
                Array.Fill(data, (byte)0xff);
            else
                random.NextBytes(data);
            var start = random.Next(Math.Min(data.Length, 40) + 1);
            return new Region(data, start, random.Next(data.Length - start + 1));
        },
        region => Shrinks.Number(region.Length).Select(length => region with { Length = length })
            .Concat(Shrinks.Number(region.Start).Select(start => region with { Start = start }))
            .Concat(Shrinks.Bytes(region.Data).Where(data => data.Length == region.Data.Length).Select(data => region with { Data = data })),
        region =>
        {
            var data = region.Data.AsSpan(region.Start, region.Length);
            var expected = NaiveChecksum.Sum(data);
            Assert.Equal(expected, InternetChecksum.Sum(data));
            Span<byte> copy = new byte[data.Length];
            Assert.Equal((ushort)~expected, InternetChecksum.Finish(InternetChecksum.CopyAndSum(data, copy)));
            Assert.True(copy.SequenceEqual(data));
        },
        region => Convert.ToHexString(region.Data.AsSpan(region.Start, region.Length)));

    private static void Apply(IPv4Header header, int field, uint value)
    {
        switch (field)
        {
            case 0:
                header.TosEcn = (byte)value;
                break;
            case 1:
                header.EcnBits = (byte)value;
                break;
            case 2:
                header.Identification = (ushort)value;
                break;
            case 3:
                header.DontFragment = value % 2 == 0;
                break;
            case 4:
                header.MoreFragments = value % 2 == 0;
                break;
            case 5:
                header.FragmentOffset = (int)(value % 8192) * 8;
                break;
            case 6:
                header.Ttl = (byte)value;
                break;
            case 7:
                header.Protocol = (byte)value;
                break;
            case 8:
                header.Source = new IPv4Address(value);
                break;
            case 9:
                header.Destination = new IPv4Address(value);
                break;
            default:
                if (header.Ttl > 0)
                    header.DecrementTtl();
                break;
        }
    }

    private static ushort Word(Random random) => random.Next(2) == 0 ? Corners[random.Next(Corners.Length)] : (ushort)random.Next(0x10000);

    private static void WriteWord(byte[] data, int at, ushort value) => (data[at], data[at + 1]) = ((byte)(value >> 8), (byte)value);

    // The identification makes the checksum a corner, or what TTL and checksum make one with the next step.
    private static NaivePacket MakeHeader(Random random)
    {
        var packet = NaivePacket.Make(random, Word(random) * 65537u, (uint)random.Next(), 200);
        if (random.Next(2) == 0)
            return packet;
        var bytes = (packet with { Identification = 0, Payload = [] }).ToBytes();
        var wanted = 0xffff - ((bytes[10] << 8) | bytes[11]) + Word(random);
        return packet with { Identification = (ushort)(0xffff - (wanted % 0xffff)), Payload = [] };
    }
}
