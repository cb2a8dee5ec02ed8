using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;
using VRouter.Io.Ports;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>A port that receives nothing, and writes what it is given to one interface of a capture file.</summary>
internal sealed class CapturePort(string name, CaptureWriter capture, int number) : IPort
{
    /// <summary>When the next frames are sent, nanoseconds since 1970-01-01 UTC.</summary>
    public long Time { get; set; }

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Driver => "pcap";

    /// <inheritdoc/>
    public int Mtu => ushort.MaxValue;

    /// <inheritdoc/>
    public MacAddress Mac => default;

    /// <inheritdoc/>
    public int Descriptor => -1;

    /// <inheritdoc/>
    public PortCounters Counters { get; } = new();

    /// <inheritdoc/>
    public PortState State => PortState.Up;

    /// <inheritdoc/>
    public int Receive(FramePool pool, FrameVector vector, long now) => 0;

    /// <inheritdoc/>
    public void Transmit(FrameVector vector)
    {
        foreach (var frame in vector.Frames)
            capture.Write(number, Time, frame.Bytes);
        vector.Verdicts.Fill(Verdict.Transmit);
    }

    /// <summary>Does nothing: the file is another one's.</summary>
    public void Dispose()
    {
    }
}
