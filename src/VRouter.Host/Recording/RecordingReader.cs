using System.Buffers.Binary;
using System.Text.Json;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Recording;

/// <summary>
/// Reads the chunks of a recording, each checked against its seal. Whatever is wrong with the file is a <see cref="CaptureException"/> that names the byte; a file that
/// ends too early, as after a crash, is read up to its last whole chunk.
/// </summary>
internal sealed class RecordingReader : IDisposable
{
    private const int LongestBlock = RecordingBlock.LongestChunk;
    private readonly Stream stream;
    private readonly string name;
    private readonly Dictionary<int, uint> chunkNumbers = [];
    private byte[] buffer = new byte[RecordingOptions.ChunkBytes + RecordingBlock.SealLength];
    private long offset;

    private RecordingReader(Stream stream, string name)
    {
        (this.stream, this.name) = (stream, name);
        Header = ReadHeader();
    }

    /// <summary>What is to be known before the first frame.</summary>
    public RecordingHeader Header { get; }

    /// <summary>How the file breaks off, once <see cref="TryRead"/> has met it; null: it ends between two chunks.</summary>
    public string? Break { get; private set; }

    /// <summary>Whether a file is a recording: pcapng whose second block is the header. False also if it cannot be read.</summary>
    public static bool IsRecording(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Span<byte> start = stackalloc byte[8];
            if (stream.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8 || BinaryPrimitives.ReadUInt32LittleEndian(start) != RecordingBlock.Section)
                return false;
            stream.Position = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
            return stream.ReadAtLeast(start, 4, throwOnEndOfStream: false) >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == RecordingBlock.Header;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="CaptureException">It cannot be opened, or is no recording that this program reads.</exception>
    public static RecordingReader Open(string path)
    {
        try
        {
            return Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CaptureException(path, 0, $"cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>As <see cref="Open(string)"/>, of a stream, which is owned from now on.</summary>
    public static RecordingReader Open(Stream stream, string name)
    {
        try
        {
            return new RecordingReader(stream, name);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next chunk.</summary>
    /// <returns>False at the end; then <see cref="Break"/> says whether the file breaks off.</returns>
    /// <exception cref="CaptureException">The file is faulty here.</exception>
    public bool TryRead(out RecordedChunk chunk)
    {
        chunk = default;
        var (start, length) = (offset, 0);
        while (true)
        {
            if (!TryFill(length, 8))
                return Broken(start, length > 0 || offset > start);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(length));
            var size = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(length + 4));
            if (size is < RecordingBlock.Overhead or > LongestBlock || size % 4 != 0)
                throw Fault(start + length, $"a block of {size} bytes");
            if (!TryFill(length + 8, (int)size - 8))
                return Broken(start, true);
            if (BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(length + (int)size - 4)) != size)
                throw Fault(start + length, "a block's two lengths differ");
            if (type == RecordingBlock.Seal)
            {
                chunk = new RecordedChunk(CheckSeal(start, length, (int)size), start, buffer.AsMemory(0, length));
                return true;
            }

            length += (int)size;
            if (length > RecordingBlock.LongestChunk)
                throw Fault(start, "no seal follows");
        }
    }

    /// <summary>Makes the exception for a fault.</summary>
    public CaptureException Fault(long at, string problem, Exception? cause = null) => new(name, at, problem, cause);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private RecordingHeader ReadHeader()
    {
        if (!TryRead(out var chunk))
            throw Fault(0, "the file ends before the header of the recording does");
        var blocks = new RecordedBlocks(chunk.Blocks.Span);
        if (!blocks.Next() || blocks.Type != RecordingBlock.Section || !blocks.Next() || blocks.Type != RecordingBlock.Header)
            throw Fault(0, "no recording: its header is not there");
        RecordingHeader header;
        try
        {
            header = JsonSerializer.Deserialize(blocks.Json, RecordingJson.Default.RecordingHeader) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw Fault(0, $"the header of the recording cannot be read: {e.Message}", e);
        }

        if (header.Format != RecordingHeader.CurrentFormat)
            throw Fault(0, $"the recording has format {header.Format} (made by vRouter {header.Program}); this program reads format {RecordingHeader.CurrentFormat}");
        if (header.Workers.Count is 0 or > 1024 || !header.Workers.All(pool => pool.IsSound))
            throw Fault(0, "the header of the recording names no workers that there could be");
        return header;
    }

    private int CheckSeal(long start, int length, int size)
    {
        var seal = buffer.AsSpan(length, size);
        if (size != RecordingBlock.SealLength)
            throw Fault(start + length, $"a seal of {size} bytes");
        if (BinaryPrimitives.ReadInt32LittleEndian(seal[16..]) != length)
            throw Fault(start + length, "the seal is of a chunk of another length");
        if (BinaryPrimitives.ReadUInt32LittleEndian(seal[20..]) != ChunkChecksum.Of(buffer.AsSpan(0, length), seal[..20]))
            throw Fault(start, "the bytes do not have the checksum that was written of them");
        var worker = BinaryPrimitives.ReadInt32LittleEndian(seal[8..]);
        var number = BinaryPrimitives.ReadUInt32LittleEndian(seal[12..]);
        if (number != chunkNumbers.GetValueOrDefault(worker))
            throw Fault(start, "a chunk is missing in front of this one");
        chunkNumbers[worker] = number + 1;
        return worker;
    }

    // False if the file ends before that.
    private bool TryFill(int at, int count)
    {
        if (buffer.Length < at + count)
            Array.Resize(ref buffer, Math.Max(at + count, buffer.Length * 2));
        try
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(at, count), count, throwOnEndOfStream: false);
            offset += read;
            return read == count;
        }
        catch (IOException e)
        {
            throw Fault(offset, $"cannot be read: {e.Message}", e);
        }
    }

    private bool Broken(long start, bool isWithin)
    {
        if (isWithin)
            Break = $"the file breaks off within what begins at byte {start}; it is whole up to there";
        return false;
    }
}
