using VRouter.Core.Wire;
using static VRouter.Core.Tests.Wire.WireBytes;

namespace VRouter.Core.Tests.Wire;

public class InternetChecksumTests
{
    [Fact]
    public void Sum_ExampleOfRfc1071_IsDdf2()
    {
        var data = Hex("0001 f203 f4f5 f6f7");

        Assert.Equal(0xddf2u, InternetChecksum.Sum(data));
        Assert.Equal(0x220d, InternetChecksum.Compute(data));
    }

    [Fact]
    public void Sum_OddLength_LastByteIsHighByte() => Assert.Equal(0x1234u + 0x5600u, InternetChecksum.Sum(Hex("1234 56")));

    [Fact]
    public void Sum_NoBytes_IsZero() => Assert.Equal(0u, InternetChecksum.Sum([]));

    [Fact]
    public void Sum_EveryLengthAndAlignment_EqualsWordByWord()
    {
        var data = Random(400, seed: 1);
        for (var start = 0; start < 9; start++)
        {
            for (var length = 0; length <= 300; length++)
            {
                var part = data.AsSpan(start, length);
                Assert.Equal(NaiveSum(part), InternetChecksum.Sum(part));
            }
        }
    }

    [Fact]
    public void Sum_AllOnes_FoldsToMinusZero()
    {
        var data = new byte[65535];
        Array.Fill(data, (byte)0xff);
        for (var length = 2; length < 2000; length += 2)
            Assert.Equal(0xffffu, InternetChecksum.Sum(data.AsSpan(0, length)));
        Assert.Equal(NaiveSum(data), InternetChecksum.Sum(data));
    }

    [Fact]
    public void Sum_OfParts_AddsUpToSumOfWhole()
    {
        var data = Random(1501, seed: 2);
        for (var split = 0; split <= 1500; split += 2)
        {
            var parts = InternetChecksum.Sum(data.AsSpan(0, split)) + InternetChecksum.Sum(data.AsSpan(split));
            Assert.Equal(InternetChecksum.Compute(data), InternetChecksum.Finish(parts));
        }
    }

    [Fact]
    public void IsValid_StoredChecksum_AcceptsAndRefusesAnyOtherByte()
    {
        var data = Random(64, seed: 3);
        data[10] = data[11] = 0;
        var checksum = InternetChecksum.Compute(data);
        data[10] = (byte)(checksum >> 8);
        data[11] = (byte)checksum;
        Assert.True(InternetChecksum.IsValid(data));
        for (var i = 0; i < data.Length; i++)
        {
            data[i] ^= 0x10;
            Assert.False(InternetChecksum.IsValid(data));
            data[i] ^= 0x10;
        }
    }

    [Fact]
    public void Update_ExampleOfRfc1624_IsZero() =>
        // RFC 1624 §4: the header word 0x5555 becomes 0x3285; equation 2 gave 0xffff here, equation 3 gives 0x0000.
        Assert.Equal(0x0000, InternetChecksum.Update(0xdd2f, 0x5555, 0x3285));

    [Fact]
    public void Update_RandomWords_EqualsComputationFromScratch()
    {
        var random = new Random(4);
        var data = new byte[20];
        for (var round = 0; round < 100_000; round++)
        {
            random.NextBytes(data);
            data[0] = 0x45;
            var before = InternetChecksum.Compute(data);
            var at = 2 + (random.Next(9) * 2);
            var oldWord = (ushort)((data[at] << 8) | data[at + 1]);
            var newWord = round % 3 == 0 ? (ushort)(random.Next(2) * 0xffff) : (ushort)random.Next(0x10000);
            data[at] = (byte)(newWord >> 8);
            data[at + 1] = (byte)newWord;
            Assert.Equal(InternetChecksum.Compute(data), InternetChecksum.Update(before, oldWord, newWord));
        }
    }

    [Fact]
    public void Update_RandomDoubleWords_EqualsComputationFromScratch()
    {
        var random = new Random(5);
        var data = new byte[20];
        for (var round = 0; round < 100_000; round++)
        {
            random.NextBytes(data);
            data[0] = 0x45;
            var before = InternetChecksum.Compute(data);
            var oldWords = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(12));
            var newWords = (uint)random.NextInt64(1L << 32);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(12), newWords);
            Assert.Equal(InternetChecksum.Compute(data), InternetChecksum.Update(before, oldWords, newWords));
        }
    }

    [Fact]
    public void FinishUdp_SumOfMinusZero_IsAllOnesInsteadOfNoChecksum()
    {
        Assert.Equal(0, InternetChecksum.Finish(0xffff));
        Assert.Equal(0xffff, InternetChecksum.FinishUdp(0xffff));
        Assert.Equal(0x220d, InternetChecksum.FinishUdp(0xddf2));
    }

    [Fact]
    public void PseudoHeader_Fields_SumsAllTwelveBytes()
    {
        var pseudo = Hex("ac10 062f ac10 c772 0011 1234");

        var sum = InternetChecksum.PseudoHeader(IPv4Address.Parse("172.16.6.47"), IPv4Address.Parse("172.16.199.114"), IpProtocol.Udp, 0x1234);

        Assert.Equal(InternetChecksum.Compute(pseudo), InternetChecksum.Finish(sum));
    }

    private static uint NaiveSum(ReadOnlySpan<byte> data)
    {
        ulong sum = 0;
        for (var i = 0; i < data.Length; i++)
            sum += i % 2 == 0 ? (ulong)data[i] << 8 : data[i];
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (uint)sum;
    }
}
