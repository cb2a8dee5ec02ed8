using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Frames;

namespace VRouter.Core.Graph;

/// <summary>The frames that leave: a queue for each port, flushed when it is full or when the pass ends, and what becomes of each frame in the counters and the pool.</summary>
internal sealed class TransmitQueues(FramePool pool, IFrameTransmitter transmitter, GraphCounters counters)
{
    private const int PortsPerWord = 64;

    private FrameVector[] queues = [];
    private ulong[] queuedPorts = []; // a bit for each port whose queue has frames
    private bool[] hasOwnFrames = [];

    /// <summary>Makes room for ports 0 to <paramref name="count"/> - 1; never less than before.</summary>
    public void EnsurePorts(int count)
    {
        if (queues.Length >= count)
            return;
        var larger = new FrameVector[count];
        queues.CopyTo(larger, 0);
        for (var port = queues.Length; port < count; port++)
            larger[port] = new FrameVector();
        queues = larger;
        Array.Resize(ref queuedPorts, (count + PortsPerWord - 1) / PortsPerWord);
        Array.Resize(ref hasOwnFrames, count);
    }

    /// <summary>Queues a frame for the port in its <c>TxPort</c>; a port that is not there drops it.</summary>
    public void Add(Frame frame)
    {
        var port = frame.Metadata.TxPort;
        if ((uint)port >= (uint)queues.Length)
        {
            Discard(frame, DropReason.PortUnavailable);
            return;
        }

        var queue = queues[port];
        queue.Add(frame);
        queuedPorts[port / PortsPerWord] |= 1UL << port;
        hasOwnFrames[port] |= (frame.Metadata.Flags & (FrameFlags.Originated | FrameFlags.Answer)) != 0;
        if (queue.Room == 0)
            Flush(port);
    }

    /// <summary>Queues received frames for a port, none of them made by the router.</summary>
    public void Add(int port, ReadOnlySpan<Frame> frames)
    {
        if ((uint)port >= (uint)queues.Length)
        {
            foreach (var frame in frames)
                Discard(frame, DropReason.PortUnavailable);
            return;
        }

        var queue = queues[port];
        while (!frames.IsEmpty)
        {
            frames = frames[queue.AddRange(frames)..];
            queuedPorts[port / PortsPerWord] |= 1UL << port;
            if (queue.Room == 0)
                Flush(port);
        }
    }

    /// <summary>Sends what is queued, in the order of the ports; what it costs does not grow with ports that have nothing.</summary>
    public void Flush()
    {
        for (var word = 0; word < queuedPorts.Length; word++)
        {
            while (queuedPorts[word] != 0)
                Flush((word * PortsPerWord) + BitOperations.TrailingZeroCount(queuedPorts[word]));
        }
    }

    private void Flush(int port)
    {
        var queue = queues[port];
        queuedPorts[port / PortsPerWord] &= ~(1UL << port);
        transmitter.Transmit(port, queue);
        var frames = queue.Frames;
        var verdicts = queue.Verdicts;
        if (!hasOwnFrames[port] && IsAllTransmitted(verdicts))
        {
            // Mostly: settled without a look at the frames.
            pool.Return(frames);
            counters.Received.Forwarded += frames.Length;
            queue.Clear();
            return;
        }

        hasOwnFrames[port] = false;
        var done = 0;
        while (done < frames.Length)
        {
            // Most frames: received ones that were sent, whether the port keeps them or not.
            var sent = done;
            var verdict = verdicts[done];
            if (verdict == Verdict.Transmit || verdict == Verdict.Hold)
            {
                while (sent < frames.Length && verdicts[sent] == verdict
                    && (frames[sent].Metadata.Flags & (FrameFlags.Originated | FrameFlags.Answer)) == 0)
                    sent++;
            }

            if (verdict == Verdict.Transmit)
                pool.Return(frames[done..sent]);
            counters.Received.Forwarded += sent - done;
            if (sent > done)
            {
                done = sent;
                continue;
            }

            Settle(frames[done], verdicts[done]);
            done++;
        }

        queue.Clear();
    }

    private static bool IsAllTransmitted(Span<Verdict> verdicts)
    {
        var transmit = Verdict.Transmit;
        return !MemoryMarshal.Cast<Verdict, ushort>(verdicts).ContainsAnyExcept(Unsafe.As<Verdict, ushort>(ref transmit));
    }

    // What becomes of a frame that its port has dealt with.
    private void Settle(Frame frame, Verdict verdict)
    {
        if (verdict.IsDrop)
        {
            Discard(frame, verdict.Reason);
            return;
        }

        var flags = frame.Metadata.Flags;
        var outcomes = counters.Of(flags);
        if ((flags & FrameFlags.Answer) != 0)
            outcomes.Answered++;
        else
            outcomes.Forwarded++;
        if (verdict != Verdict.Hold)
            pool.Return(frame);
    }

    // A drop at the port: the frame has its link header again, and no ICMP error is made.
    private void Discard(Frame frame, DropReason reason)
    {
        counters.CountDrop(frame.Metadata, reason);
        pool.Return(frame);
    }
}
