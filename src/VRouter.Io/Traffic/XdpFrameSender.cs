using System.Diagnostics;
using VRouter.Io.Linux;

namespace VRouter.Io.Traffic;

/// <summary>Sends through AF_XDP: every chunk of the socket's memory holds a prepared frame for ever, and sending is writing entries.</summary>
internal sealed class XdpFrameSender : IFrameSender
{
    private const uint Entries = 1024;
    private static readonly TimeSpan FlushTime = TimeSpan.FromMilliseconds(100);

    private readonly XdpCopySocket socket;
    private readonly int[] lengths;

    private XdpFrameSender(XdpCopySocket socket, IReadOnlyList<byte[]> frames)
    {
        this.socket = socket;
        lengths = [.. Enumerable.Range(0, (int)Entries).Select(entry => frames[entry % frames.Count].Length)];
        for (var entry = 0; entry < Entries; entry++)
            frames[entry % frames.Count].CopyTo(socket.ChunkOf((uint)entry));
    }

    /// <inheritdoc/>
    public string Method => "af-xdp";

    /// <inheritdoc/>
    public long Sent { get; private set; }

    private uint InFlight => socket.Produced - (uint)Sent;

    /// <summary>Opens a sender in the calling thread's network namespace.</summary>
    public static Result<XdpFrameSender> Open(int interfaceIndex, IReadOnlyList<byte[]> frames) =>
        XdpCopySocket.Open(interfaceIndex, Entries).TryGet(out var socket, out var error) ? new XdpFrameSender(socket, frames) : error;

    /// <inheritdoc/>
    public int Send(int count)
    {
        Complete();
        var room = Math.Min((uint)count, Entries - InFlight);
        var first = socket.Produced;
        for (var i = 0u; i < room; i++)
            socket.Set(first + i, lengths[(first + i) % Entries]);
        socket.Publish(room);
        Kick();
        return (int)room;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        var start = Stopwatch.GetTimestamp();
        for (Complete(); InFlight > 0 && Stopwatch.GetElapsedTime(start) < FlushTime; Complete())
            Kick();
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    // What it returns is of no use: a frame that the interface did not take is either tried again or completed, and then counted by the interface.
    private void Kick()
    {
        _ = socket.Kick();
        Complete();
    }

    private void Complete() => Sent += socket.Reap();
}
