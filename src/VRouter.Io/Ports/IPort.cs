using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Io.Ports;

/// <summary>
/// Where frames enter and leave: an interface of the host, a file, or memory. A port belongs to one worker thread, which alone calls
/// <see cref="Receive"/> and <see cref="Transmit"/>. Nothing on that way allocates or throws; what goes wrong is a counter and the <see cref="State"/>.
/// </summary>
public interface IPort : IDisposable
{
    /// <summary>The interface's name.</summary>
    string Name { get; }

    /// <summary>The driver as the configuration names it: "af-packet", "af-xdp", "tap", "pcap", "memory".</summary>
    string Driver { get; }

    /// <summary>Which of the driver's ways is in use, as "native"; empty where it has but one.</summary>
    string Mode => "";

    /// <summary>What becomes of super-frames that are to be sent, for people: "whole" or "cut", and why.</summary>
    string SuperFrameMode => "cut";

    /// <summary>The largest IP packet in bytes.</summary>
    int Mtu { get; }

    /// <summary>The MAC address of the router's side.</summary>
    MacAddress Mac { get; }

    /// <summary>A file descriptor that poll(2) finds readable when frames wait, or -1 where there is none.</summary>
    int Descriptor { get; }

    /// <summary>What the port counted.</summary>
    PortCounters Counters { get; }

    /// <summary>Whether frames can pass, and if not, why.</summary>
    PortState State { get; }

    /// <summary>
    /// Rents frames from the pool and adds what was received, up to the vector's room; never waits. Byte 0 is the Ethernet header, without preamble and
    /// FCS. Checksums are complete, except for super-frames (<see cref="FrameFlags.SuperFrame"/>), which a port may hand over whole if the pool has large frames. The caller
    /// sets <c>RxPort</c>.
    /// </summary>
    /// <param name="pool">The worker's pool. If it is empty, frames that wait are left to wait.</param>
    /// <param name="vector">Frames are added at its end.</param>
    /// <param name="now">The time, nanoseconds of the worker's clock; stored as <c>ReceivedAt</c>.</param>
    /// <returns>Number of frames added.</returns>
    int Receive(FramePool pool, FrameVector vector, long now);

    /// <summary>
    /// When <see cref="Receive"/> is to be called next though the descriptor tells of nothing: a port looks after its interface there, and may have frames that no descriptor tells of. Asked by a worker
    /// that found nothing and is about to sleep.
    /// </summary>
    /// <param name="now">The time of the last call, nanoseconds of the worker's clock.</param>
    /// <returns>A time of that clock; where there is no descriptor, by default, 50 ms from now, else never: <see cref="long.MaxValue"/>.</returns>
    long NextLook(long now) => Descriptor < 0 ? now + 50_000_000 : long.MaxValue;

    /// <summary>
    /// True if <see cref="Transmit"/> takes this super-frame whole. One that a port does not take is cut before (<c>SegmentingTransmitter</c>).
    /// </summary>
    /// <param name="frame">A super-frame, from its Ethernet header.</param>
    bool TakesSuperFrame(Frame frame) => false;

    /// <summary>Sends the vector's frames now and writes a verdict for each, as <see cref="IFrameTransmitter.Transmit"/> says.</summary>
    void Transmit(FrameVector vector);
}
