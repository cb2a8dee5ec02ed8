using VRouter.Io.Ports.Pcap;

namespace VRouter.Io.Tests.Ports.Pcap;

/// <summary>A frame of a capture as a value, for comparison.</summary>
internal sealed record ReadFrame(string Interface, long Timestamp, int OriginalLength, string Hex, string Comment)
{
    public static List<ReadFrame> All(byte[] file) => All(CaptureReader.Open(new MemoryStream(file), "test"));

    public static List<ReadFrame> All(string path) => All(CaptureReader.Open(path));

    public static List<ReadFrame> All(CaptureReader reader)
    {
        List<ReadFrame> frames = [];
        using (reader)
        {
            while (reader.TryRead(out var frame))
                frames.Add(From(reader, frame));
        }

        return frames;
    }

    public static ReadFrame From(CaptureReader reader, CapturedFrame frame) => new(
        reader.Interfaces[frame.Interface].Name, frame.Timestamp, frame.OriginalLength, Convert.ToHexString(frame.Bytes), frame.Comment);
}
