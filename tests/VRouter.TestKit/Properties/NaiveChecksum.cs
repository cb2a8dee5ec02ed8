namespace VRouter.TestKit.Properties;

/// <summary>The Internet checksum as RFC 1071 §4.1 writes it: word by word, to compare with.</summary>
public static class NaiveChecksum
{
    /// <summary>The one's complement sum of the words; an odd last byte is the high one of its word.</summary>
    public static ushort Sum(params ReadOnlySpan<byte> data)
    {
        var sum = 0L;
        for (var i = 0; i < data.Length; i++)
            sum += i % 2 == 0 ? data[i] << 8 : data[i];
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }

    /// <summary>What goes into a checksum field that is zero now.</summary>
    public static ushort Of(ReadOnlySpan<byte> data) => (ushort)~Sum(data);
}
