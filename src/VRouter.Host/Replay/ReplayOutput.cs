using VRouter.Core.Frames;
using VRouter.Host.Recording;
using VRouter.Io.Offload;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>Writes what recorded workers send to a capture file, as it is on the wire: super-frames are cut. An interface of the recording is one of the file.</summary>
internal sealed class ReplayOutput : IDisposable
{
    private const int Frames = 512;

    private readonly CaptureWriter capture;
    private readonly long clockOffset;
    private readonly FramePool pool;
    private readonly SegmentingTransmitter transmitter;
    private readonly FrameVector sent = new();
    private readonly Dictionary<uint, CapturePort> ports = [];

    /// <summary>Writes to a file.</summary>
    /// <param name="capture">The file; it is owned from now on.</param>
    /// <param name="header">The recording's.</param>
    public ReplayOutput(CaptureWriter capture, RecordingHeader header)
    {
        (this.capture, clockOffset) = (capture, header.ClockOffset);
        pool = new FramePool(Frames, header.Workers.Max(worker => worker.FrameCapacity));
        transmitter = new SegmentingTransmitter(pool);
    }

    /// <summary>Writes the frames of a vector that were sent.</summary>
    public void Write(ReplayedWorker worker, int port, long now, FrameVector vector)
    {
        if (worker.Ports.InterfaceOf(port) is not { } number)
            return;
        if (!ports.TryGetValue(number, out var target))
        {
            var name = worker.Ports[port];
            ports.Add(number, target = new CapturePort(name, capture, capture.AddInterface(name, $"port {port}, worker {worker.Index}")));
        }

        for (var i = 0; i < vector.Count; i++)
        {
            if (!vector.Verdicts[i].IsDrop)
                sent.Add(vector[i]);
        }

        target.Time = Math.Max(0, now + clockOffset);
        transmitter.Transmit(target, sent);
        sent.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        capture.Dispose();
        pool.Dispose();
    }
}
