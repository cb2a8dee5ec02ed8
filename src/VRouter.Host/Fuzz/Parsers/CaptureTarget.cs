using System.Text;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Fuzz.Parsers;

/// <summary>The reader of capture files. Whatever is wrong with a file, it says so by a <see cref="CaptureException"/>, the same at each further call.</summary>
internal sealed class CaptureTarget : ParserTarget
{
    private const long MostPerFrame = 1 << 19;

    private static readonly byte[][] Tokens =
    [
        [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0xc3, 0xd4], [0x4d, 0x3c, 0xb2, 0xa1], [0x0a, 0x0d, 0x0d, 0x0a], [0x4d, 0x3c, 0x2b, 0x1a], [0x1a, 0x2b, 0x3c, 0x4d],
        [1, 0, 0, 0], [6, 0, 0, 0], [3, 0, 0, 0], [5, 0, 0, 0], [2, 0, 4, 0], [9, 0, 1, 0, 9, 0, 0, 0], [9, 0, 1, 0, 0x93, 0, 0, 0], [14, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        [2, 0, 4, 0, 101, 116, 104, 48], [1, 0, 2, 0, 104, 105, 0, 0], [0, 0, 0, 0], [32, 0, 0, 0, 32, 0, 0, 0], [12, 0, 0, 0, 12, 0, 0, 0],
    ];

    private readonly bool isNextGeneration;

    /// <summary>The reader, with seeds of one of the formats.</summary>
    /// <param name="isNextGeneration">pcapng; else pcap.</param>
    public CaptureTarget(bool isNextGeneration)
        : base(Tokens)
    {
        this.isNextGeneration = isNextGeneration;
        Seeds = isNextGeneration ? [Written(0), Written(1), Written(3), .. Sections()] : [Plain(0xa1b2c3d4, false), Plain(0xa1b23c4d, false), Plain(0xa1b2c3d4, true)];
    }

    /// <inheritdoc/>
    public override string Name => isNextGeneration ? "pcapng" : "pcap";

    /// <inheritdoc/>
    public override string Extension => Name;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds { get; }

    /// <inheritdoc/>
    public override string Export(byte[] input, string folder)
    {
        var file = Path.Combine(folder, $"in.{Extension}");
        File.WriteAllBytes(file, input);
        return $"vrouter replay {file} -f CONFIG --port PORT";
    }

    /// <inheritdoc/>
    protected override void Parse(byte[] input, Coverage coverage)
    {
        var frames = 0;
        try
        {
            using var reader = CaptureReader.Open(new MemoryStream(input, writable: false), "in");
            try
            {
                while (reader.TryRead(out var frame))
                {
                    frames++;
                    Check(reader, frame, input.Length);
                    coverage.Add(1, Magnitude(frame.Bytes.Length));
                    coverage.Add(2, (uint)Math.Min(frame.Comment.Length, 1) + (frame.Bytes.Length < frame.OriginalLength ? 2u : 0) + (frame.Timestamp == 0 ? 4u : 0));
                }
            }
            catch (CaptureException e)
            {
                CheckAgain(reader, e);
                throw;
            }
            finally
            {
                coverage.Add(3, Magnitude(reader.Interfaces.Count));
                foreach (var one in reader.Interfaces)
                    coverage.Add(4, (uint)Math.Min(one.Name.Length, 2) + (4 * (uint)Math.Min(one.Description.Length, 1)) + (8 * Magnitude(one.SnapLength)));
            }
        }
        catch (CaptureException e)
        {
            if (e.Offset < 0 || e.Offset > input.Length)
                throw new FindingException(Oracles.Result, $"the fault is said to be at byte {e.Offset} of {input.Length}");
            var problem = FeatureOf(e.Message);
            coverage.Add(5, problem);
            coverage.Add(problem, Magnitude(e.Offset));
        }

        Frames += frames;
        coverage.Add(7, Magnitude(frames));
    }

    private static void Check(CaptureReader reader, in CapturedFrame frame, int length)
    {
        if (frame.Bytes.Length > CaptureReader.MaximumFrameLength || frame.Bytes.Length > length || frame.Bytes.Length > MostPerFrame)
            throw new FindingException(Oracles.Result, $"a frame of {frame.Bytes.Length} bytes in a file of {length}");
        if ((uint)frame.Interface >= (uint)reader.Interfaces.Count)
            throw new FindingException(Oracles.Result, $"a frame of interface {frame.Interface}, of which there are {reader.Interfaces.Count}");
        if (frame.OriginalLength < 0)
            throw new FindingException(Oracles.Result, $"a frame that had {frame.OriginalLength} bytes on the wire");
    }

    private static void CheckAgain(CaptureReader reader, CaptureException first)
    {
        try
        {
            if (reader.TryRead(out _))
                throw new FindingException(Oracles.Result, $"a frame comes after the fault '{first.Message}'");
        }
        catch (CaptureException again) when (again.Message == first.Message)
        {
        }
    }

    private static byte[] Written(int frames)
    {
        using var stream = new MemoryStream();
        using (var writer = new PcapNgWriter(stream))
        {
            writer.AddInterface("eth0", "uplink");
            writer.AddInterface("cali1");
            for (var index = 0; index < frames; index++)
                writer.Write(index % 2, 1_700_000_000_000_000_000 + index, new byte[60 + index], index == 1 ? "a comment" : "");
        }

        return stream.ToArray();
    }

    // Big-endian, with the blocks that our writer does not write: simple packets, name resolution, statistics, unknown ones.
    private static IEnumerable<byte[]> Sections()
    {
        yield return
        [
            .. Block(0x0a0d0d0a, 0x1a2b3c4d, 0x0001_0000, 0xffff_ffff, 0xffff_ffff), .. Block(1, 0x0001_0000, 0x0000_0040, 0x0009_0001, 0x0600_0000, 0),
            .. Block(3, 14, 0, 0, 0, 0), .. Block(4, 0), .. Block(5, 0, 0, 0), .. Block(0x0bad), .. Block(2, 0, 0, 0, 14, 14, 0, 0, 0, 0),
        ];
    }

    private static byte[] Block(uint type, params uint[] words)
    {
        var length = (uint)(12 + (4 * words.Length));
        return [.. new[] { type, length }.Concat(words).Append(length).SelectMany(word => BitConverter.GetBytes(word).Reverse())];
    }

    private static byte[] Plain(uint magic, bool isBigEndian)
    {
        uint[] header = [magic, 0x0004_0002, 0, 0, 65535, 1];
        if (isBigEndian)
            header[1] = 0x0002_0004;
        uint[] record = [1, 2, 60, 60];
        IEnumerable<byte> bytes = header.Concat(record).SelectMany(word => isBigEndian ? BitConverter.GetBytes(word).Reverse() : BitConverter.GetBytes(word));
        return [.. bytes, .. Encoding.ASCII.GetBytes(new string('x', 60))];
    }
}
