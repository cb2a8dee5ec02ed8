using VRouter.Core.Forwarding;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Core.Tests.Properties;

/// <summary>Options of any bytes: what is wrong with them, and what a router writes, as a slow reader says it.</summary>
public sealed class OptionProperties(ITestOutputHelper output) : PropertyTests(output)
{
    private const uint Own = 0xac10062f;
    private const uint Time = 0x01020304;
    private static readonly byte[] Known = [7, 68, 68, 131, 137, 148, 130, 0, 1];

    [Property(Cases = 40_000)]
    public void Check_AnyBytes_SaysWhatTheSlowReaderSays() => Check(
        Make,
        Shrinks.Bytes,
        options =>
        {
            var reason = OptionCheck.Check((byte[])options.Clone(), out var pointer);
            Assert.Equal(NaiveOptions.Problem(options), reason switch
            {
                DropReason.None => NaiveOptions.Fine,
                DropReason.IPv4SourceRoute => NaiveOptions.SourceRouted,
                _ => pointer,
            });
        },
        Convert.ToHexString);

    [Property(Cases = 40_000)]
    public void Write_AnyBytes_LeavesWhatTheSlowRouterLeaves() => Check(
        Make,
        options => Shrinks.Bytes(options).Where(fewer => fewer.Length % 4 == 0),
        options =>
        {
            var packet = new NaivePacket { Source = 1, Destination = 2, Options = options };
            var bytes = packet.ToBytes();

            OptionRecord.Write(IPv4Header.At(bytes), new IPv4Address(Own), Time, new AddressSet([new IPv4Address(Own)]));

            var expected = NaiveOptions.Problem(options) == NaiveOptions.Fine ? packet with { Options = NaiveOptions.Forwarded(options, Own, Time) } : packet;
            Assert.Equal(expected.ToBytes(), bytes);
        },
        Convert.ToHexString);

    // Options that the router knows, with lengths, pointers and flags around those that mean something.
    private static byte[] Make(Random random)
    {
        var options = new byte[random.Next(0, 11) * 4];
        if (random.Next(3) == 0)
            random.NextBytes(options);
        for (var at = 0; at < options.Length;)
        {
            options[at] = Known[random.Next(Known.Length)];
            if (options[at] < 2)
            {
                at++;
                continue;
            }

            var left = options.Length - at;
            var length = random.Next(12) == 0 ? random.Next(256) : Math.Min(left, random.Next(2, 16));
            Put(1, length);
            Put(2, random.Next(8) == 0 ? random.Next(256) : random.Next(3, length + 3));
            Put(3, (random.Next(3) == 0 ? random.Next(16) << 4 : 0xe0 + (random.Next(2) << 4)) | random.Next(5));
            if (random.Next(3) == 0)
            {
                for (var i = 0; i < 4; i++)
                    Put(4 + i, (int)(Own >> (24 - (8 * i))) & 0xff);
            }

            at += Math.Max(1, length);

            void Put(int place, int value)
            {
                if (place < left)
                    options[at + place] = (byte)value;
            }
        }

        return options;
    }
}
