namespace VRouter.Core.Tests.Wire;

/// <summary>Byte strings for wire tests.</summary>
internal static class WireBytes
{
    /// <summary>Reads hexadecimal digits; spaces and line ends are for the eye only.</summary>
    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "").Replace("\n", "").Replace("\r", ""));

    /// <summary>A buffer in which every byte is 0xa5, so that a bit that a writer forgets shows.</summary>
    public static byte[] Prefilled(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)0xa5);
        return bytes;
    }

    /// <summary>Bytes that depend on the seed only.</summary>
    public static byte[] Random(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
