using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VRouter.Host.Routing;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Recording;

/// <summary>
/// Writes a recording: a pcapng file of sealed chunks, each of one worker or of what concerns all. One thread writes: it appends workers' chunks, and a call returns when the system
/// has the bytes. What concerns all comes from any thread, which waits for the disk only if much of it is not written yet. A failure throws its <see cref="IOException"/>; what was
/// written before stands.
/// </summary>
internal sealed class RecordingFile : IDisposable
{
    // What a limit leaves for the end.
    private const int RoomForEnd = 4096;

    // Of what concerns all: a full routing table comes in some hundred chunks.
    private const long MostWaiting = 8 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly object gate = new();
    private readonly Queue<byte[]> waiting = new();
    private readonly Stream stream;
    private readonly long? limit;
    private readonly Dictionary<int, uint> chunkNumbers = [];
    private readonly ArrayBufferWriter<byte> block = new();
    private uint interfaces;
    private long length;
    private long waitingBytes;
    private bool hasFailed;
    private volatile bool hasEnded;

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
        Append(RecordingBlock.ControlStream, block.WrittenSpan, RoomForEnd);
        block.ResetWrittenCount();
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

    /// <summary>Appends a worker's chunk of whole blocks, behind all that concerns all so far; the writing thread only.</summary>
    /// <param name="worker">The worker that it is of.</param>
    /// <param name="blocks">The blocks.</param>
    /// <returns>False if the limit does not leave room for it, or the recording has ended: nothing is written.</returns>
    public bool TryAppend(int worker, ReadOnlySpan<byte> blocks) => TryFlush() && Append(worker, blocks, RoomForEnd);

    /// <summary>Writes what concerns all; the writing thread only.</summary>
    /// <returns>As <see cref="TryAppend"/>.</returns>
    public bool TryFlush()
    {
        while (true)
        {
            byte[]? next;
            lock (gate)
            {
                if (!waiting.TryPeek(out next))
                    return !hasEnded;
            }

            // It is taken away once it is written, so that who waits for room waits for the disk.
            if (!Append(RecordingBlock.ControlStream, next, RoomForEnd))
                return false;
            lock (gate)
            {
                waiting.Dequeue();
                waitingBytes -= next.Length;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Declares an interface.</summary>
    /// <param name="name">The port's name.</param>
    /// <param name="description">More for a person.</param>
    /// <param name="number">Its number for packet blocks.</param>
    /// <returns>As <see cref="TryAppend"/>; it is written later.</returns>
    /// <exception cref="IOException">The disk takes nothing.</exception>
    public bool TryAddInterface(string name, string description, out uint number)
    {
        var written = new MemoryStream();
        var writer = new PcapNgWriter(written);
        writer.Flush();
        var start = (int)written.Length;
        writer.AddInterface(name, description);
        writer.Flush();
        var chunk = written.ToArray()[start..];
        lock (gate)
        {
            number = 0;
            if (!HasRoom(chunk.Length))
                return false;
            number = interfaces++;
            Put(chunk);
            return true;
        }
    }

    /// <summary>Notes a change of the tables; workers refer to it by its number.</summary>
    /// <returns>As <see cref="TryAppend"/>; it is written later.</returns>
    /// <exception cref="IOException">The disk takes nothing.</exception>
    public bool TryAddTables(long number, TableStep step)
    {
        lock (gate)
        {
            foreach (var part in RecordedTables.PartsOf(number, step))
            {
                WriteJson(RecordingBlock.Tables, part, RecordingJson.Default.RecordedTables);
                if (!EnqueueBlocks())
                    return false;
            }

            return true;
        }
    }

    /// <summary>True if a configuration is short enough for a block.</summary>
    public static bool Fits(RecordedConfiguration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, RecordingJson.Default.RecordedConfiguration).Length <= RecordingBlock.LongestChunk - RecordingBlock.Overhead - 8;

    /// <summary>Notes the configuration that changes come of; it fits.</summary>
    /// <returns>As <see cref="TryAppend"/>; it is written later.</returns>
    /// <exception cref="IOException">The disk takes nothing.</exception>
    public bool TryAddConfiguration(RecordedConfiguration configuration)
    {
        lock (gate)
        {
            WriteJson(RecordingBlock.Configuration, configuration, RecordingJson.Default.RecordedConfiguration);
            return EnqueueBlocks();
        }
    }

    /// <summary>Says that and why the recording ends; nothing is written after it. The writing thread only.</summary>
    public void End(RecordingEnd end)
    {
        if (hasEnded)
            return;
        if (!hasFailed)
            TryFlush();
        byte[] chunk;
        lock (gate)
        {
            block.ResetWrittenCount();
            WriteJson(RecordingBlock.End, end, RecordingJson.Default.RecordingEnd);
            chunk = block.WrittenSpan.ToArray();
        }

        try
        {
            Append(RecordingBlock.ControlStream, chunk, reserve: 0);
        }
        finally
        {
            Close();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        stream.Dispose();
    }

    private void Close()
    {
        lock (gate)
        {
            hasEnded = true;
            Monitor.PulseAll(gate);
        }
    }

    private bool EnqueueBlocks()
    {
        var chunk = block.WrittenSpan.ToArray();
        block.ResetWrittenCount();
        if (!HasRoom(chunk.Length))
            return false;
        Put(chunk);
        return true;
    }

    // Others may come first meanwhile.
    private bool HasRoom(int bytes)
    {
        while (!hasEnded && waitingBytes > 0 && waitingBytes + bytes > MostWaiting)
        {
            if (!Monitor.Wait(gate, Patience))
                throw new IOException($"the disk is too slow: it took nothing for {Patience.TotalSeconds:0} seconds");
        }

        // Whether it fits exactly shows when it is written.
        return !hasEnded && !(Length + waitingBytes + bytes + RoomForEnd > limit);
    }

    private void Put(byte[] chunk)
    {
        waiting.Enqueue(chunk);
        waitingBytes += chunk.Length;
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
            hasFailed = true;
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
