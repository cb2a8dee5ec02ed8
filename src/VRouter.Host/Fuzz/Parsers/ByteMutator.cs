using System.Buffers.Binary;

namespace VRouter.Host.Fuzz.Parsers;

/// <summary>Changes bytes of which nothing is known but some tokens.</summary>
/// <param name="tokens">Pieces that mean something to the parser.</param>
internal sealed class ByteMutator(IReadOnlyList<byte[]> tokens)
{
    private const int Longest = 1 << 15;

    private static readonly uint[] Interesting = [0, 1, 3, 4, 7, 8, 11, 12, 15, 16, 20, 27, 28, 32, 64, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x4_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

    /// <summary>Makes a new input.</summary>
    public byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
    {
        var bytes = new List<byte>(input);
        for (var rounds = 1 << random.Next(5); rounds > 0; rounds--)
            Change(bytes, other, random);
        return bytes.Count > Longest ? [.. bytes[..Longest]] : [.. bytes];
    }

    /// <summary>Inputs that are simpler: parts left out, then zeros.</summary>
    public static IEnumerable<byte[]> Simplify(byte[] input)
    {
        for (var count = input.Length / 2; count >= 1; count /= 2)
        {
            for (var at = 0; at + count <= input.Length; at += count)
                yield return [.. input[..at], .. input[(at + count)..]];
        }

        for (var at = 0; at < input.Length; at++)
        {
            if (input[at] == 0)
                continue;
            byte[] copy = [.. input];
            copy[at] = 0;
            yield return copy;
        }
    }

    private void Change(List<byte> bytes, byte[] other, FuzzRandom random)
    {
        var place = random.Next(bytes.Count + 1);
        var length = Math.Min(1 + random.Next(random.Once(4) ? 200 : 12), bytes.Count - place);
        switch (random.Next(9))
        {
            case 0:
                bytes.RemoveRange(place, length);
                break;
            case 1:
                bytes.InsertRange(place, random.Pick(tokens));
                break;
            case 2:
                bytes.RemoveRange(place, length);
                bytes.InsertRange(place, random.Pick(tokens));
                break;
            case 3 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(place, other.AsSpan(from, Math.Min(1 + random.Next(300), other.Length - from)).ToArray());
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(place, length));
                break;
            case 5 when place + 4 <= bytes.Count:
                var number = new byte[4];
                var value = random.Pick(Interesting) + (uint)(random.Once(2) ? 0 : random.Next(9) - 4);
                if (random.Once(3))
                    BinaryPrimitives.WriteUInt32BigEndian(number, value);
                else
                    BinaryPrimitives.WriteUInt32LittleEndian(number, value);
                for (var at = 0; at < (random.Once(2) ? 4 : 2); at++)
                    bytes[place + at] = number[at];
                break;
            case 6 when random.Once(4):
                bytes.RemoveRange(place, bytes.Count - place);
                break;
            default:
                if (place < bytes.Count)
                    bytes[place] = random.Once(2) ? random.NextByte() : (byte)(bytes[place] ^ (1 << random.Next(8)));
                break;
        }
    }
}
