namespace VRouter.Io.Tests.Support;

/// <summary>Frames of EtherType 0x88b5 (for local experiments), which no stack answers.</summary>
internal static class ExperimentFrame
{
    /// <summary>A frame of so many bytes, all after the header alike.</summary>
    public static byte[] FrameOf(int length, byte fill = 0)
    {
        byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, .. new byte[length - 14]];
        frame.AsSpan(14).Fill(fill);
        return frame;
    }
}
