using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VRouter.Host.Routing;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Recording;

/// <summary>
/// Writes a recording: a pcapng file of sealed chunks, each of one worker or of what concerns all. For any thread; a call returns when the system has the bytes. A
/// failure throws its <see cref="IOException"/>; what was written before stands.
/// </summary>
internal sealed class RecordingFile : IDisposable
{
    // What a limit leaves for the end.
    private const int RoomForEnd = 4096;

    private readonly Lock gate = new();
    private readonly Stream stream;
    private readonly long? limit;
    private readonly Dictionary<int, uint> chunkNumbers = [];
    private readonly ArrayBufferWriter<byte> block = new();
    private uint interfaces;
    private long length;
    private bool hasEnded;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to write; it is owned from now on.</param>
    /// <param name="header">The header.</param>
    /// <param name="limit">The file stays shorter than this, in bytes; null: no limit.</param>
    public RecordingFile(Stream stream, RecordingHeader header, long? limit = null)
    {
        (this.stream, this.limit) = (stream, limit);
        var first = new MemoryStream();
        new PcapNgWriter(first, $"vRouter {header.Program}").Flush();
        block.Write(first.ToArray());
        WriteJson(RecordingBlock.Header, header, RecordingJson.Default.RecordingHeader);
        AppendBlocks();
    }

    /// <summary>Bytes written. For any thread.</summary>
    public long Length => Volatile.Read(ref length);

    /// <summary>Creates a file and writes the header.</summary>
    /// <exception cref="RecordingException">It exists and is not to be replaced, or cannot be created or written.</exception>
    public static RecordingFile Create(string path, RecordingHeader header, RecordingOptions options)
    {
        try
        {
            var stream = new FileStream(path, options.Overwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            return new RecordingFile(stream, header, options.Limit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var known = !options.Overwrite && File.Exists(path);
            throw new RecordingException(known ? $"{path} exists already; give another name, or replace it with --record-force" : $"{path} cannot be created: {e.Message}");
        }
    }

    /// <summary>Appends a chunk of whole blocks.</summary>
    /// <param name="stream">The worker that it is of, or <see cref="RecordingBlock.ControlStream"/>.</param>
    /// <param name="blocks">The blocks.</param>
    /// <returns>False if the limit does not leave room for it, or the recording has ended: nothing is written.</returns>
    public bool TryAppend(int stream, ReadOnlySpan<byte> blocks)
    {
        lock (gate)
            return Append(stream, blocks, RoomForEnd);
    }

    /// <summary>Declares an interface.</summary>
    /// <param name="name">The port's name.</param>
    /// <param name="description">More for a person.</param>
    /// <param name="number">Its number for packet blocks.</param>
    /// <returns>As <see cref="TryAppend"/>.</returns>
    public bool TryAddInterface(string name, string description, out uint number)
    {
        var written = new MemoryStream();
        var writer = new PcapNgWriter(written);
        writer.Flush();
        var start = (int)written.Length;
        writer.AddInterface(name, description);
        writer.Flush();
        lock (gate)
        {
            number = interfaces;
            if (!Append(RecordingBlock.ControlStream, written.ToArray().AsSpan(start), RoomForEnd))
                return false;
            interfaces++;
            return true;
        }
    }

    /// <summary>Notes a change of the tables; workers refer to it by its number.</summary>
    /// <returns>As <see cref="TryAppend"/>.</returns>
    public bool TryAddTables(long number, TableStep step)
    {
        lock (gate)
        {
            foreach (var part in RecordedTables.PartsOf(number, step))
            {
                WriteJson(RecordingBlock.Tables, part, RecordingJson.Default.RecordedTables);
                if (!AppendBlocks())
                    return false;
            }

            return true;
        }
    }

    /// <summary>True if a configuration is short enough for a block.</summary>
    public static bool Fits(RecordedConfiguration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, RecordingJson.Default.RecordedConfiguration).Length <= RecordingBlock.LongestChunk - RecordingBlock.Overhead - 8;

    /// <summary>Notes the configuration that changes come of; it fits.</summary>
    /// <returns>As <see cref="TryAppend"/>.</returns>
    public bool TryAddConfiguration(RecordedConfiguration configuration)
    {
        lock (gate)
        {
            WriteJson(RecordingBlock.Configuration, configuration, RecordingJson.Default.RecordedConfiguration);
            return AppendBlocks();
        }
    }

    /// <summary>Says that and why the recording ends; nothing is written after it.</summary>
    public void End(RecordingEnd end)
    {
        lock (gate)
        {
            WriteJson(RecordingBlock.End, end, RecordingJson.Default.RecordingEnd);
            Append(RecordingBlock.ControlStream, block.WrittenSpan, reserve: 0);
            hasEnded = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
            hasEnded = true;
        stream.Dispose();
    }

    private bool AppendBlocks()
    {
        var appended = Append(RecordingBlock.ControlStream, block.WrittenSpan, RoomForEnd);
        block.ResetWrittenCount();
        return appended;
    }

    private bool Append(int worker, ReadOnlySpan<byte> blocks, int reserve)
    {
        if (hasEnded || length + blocks.Length + RecordingBlock.SealLength + reserve > limit)
            return false;
        if (blocks.IsEmpty)
            return true;
        var number = chunkNumbers.GetValueOrDefault(worker);
        chunkNumbers[worker] = number + 1;
        Span<byte> seal = stackalloc byte[RecordingBlock.SealLength];
        BinaryPrimitives.WriteUInt32LittleEndian(seal, RecordingBlock.Seal);
        BinaryPrimitives.WriteInt32LittleEndian(seal[4..], seal.Length);
        BinaryPrimitives.WriteInt32LittleEndian(seal[8..], worker);
        BinaryPrimitives.WriteUInt32LittleEndian(seal[12..], number);
        BinaryPrimitives.WriteInt32LittleEndian(seal[16..], blocks.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(seal[20..], ChunkChecksum.Of(blocks, seal[..20]));
        BinaryPrimitives.WriteInt32LittleEndian(seal[24..], seal.Length);
        try
        {
            stream.Write(blocks);
            stream.Write(seal);
        }
        catch
        {
            CutTornChunk();
            throw;
        }

        Volatile.Write(ref length, length + blocks.Length + seal.Length);
        return true;
    }

    // What stands behind a torn chunk would not be found again.
    private void CutTornChunk()
    {
        try
        {
            stream.SetLength(length);
            stream.Position = length;
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            hasEnded = true;
        }
    }

    private void WriteJson<T>(uint type, T value, JsonTypeInfo<T> json)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(value, json);
        var total = RecordingBlock.Overhead + 4 + RecordingBlock.Align(text.Length);
        var span = block.GetSpan(total)[..total];
        span.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(span, type);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], total);
        BinaryPrimitives.WriteInt32LittleEndian(span[8..], text.Length);
        text.CopyTo(span[12..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[^4..], total);
        block.Advance(total);
    }
}
