using VRouter.Core.Frames;

namespace VRouter.Core.Graph;

/// <summary>Where the graph sends what leaves: the worker's ports.</summary>
public interface IFrameTransmitter
{
    /// <summary>
    /// Sends the vector's frames, from byte 0 the Ethernet header, and writes for each what became of it: <see cref="Verdict.Transmit"/> (sent; the
    /// graph frees the frame), <see cref="Verdict.Hold"/> (sent, but the port needs the memory and will return the frame to the pool itself),
    /// or <see cref="Verdict.Drop"/>.
    /// </summary>
    void Transmit(int port, FrameVector vector);
}
