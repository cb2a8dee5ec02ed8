using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Offload;

namespace VRouter.Io.Ports;

/// <summary>
/// Wraps a port and treats the frames that it receives as a bad link would: lost, doubled, damaged, overtaken, late. What it transmits passes untouched;
/// wrap both ends of a link for both directions. Lost frames are drops for <see cref="DropReason.FaultInjected"/> in the wrapped port's counters; held frames count when they are
/// handed over. The same profile, frames and times give the same faults.
/// </summary>
public sealed class FaultInjectingPort : PortWrapper
{
    private const int MaximumHeld = 4096;
    private const int NeverPassed = int.MaxValue; // held for its time only

    private readonly FaultProfile profile;
    private readonly FrameVector arrivals = new();
    private readonly HeldFrame[] held = new HeldFrame[MaximumHeld]; // by due time, then by arrival
    private int heldCount;
    private FramePool? heldPool;
    private ulong random;

    /// <summary>Wraps a port, which is owned from now on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A share is not within 0 to 1, or a time is negative.</exception>
    public FaultInjectingPort(IPort inner, FaultProfile profile)
        : base(inner)
    {
        foreach (var share in new[] { profile.Loss, profile.Duplication, profile.Corruption, profile.Reordering })
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(share, 0, nameof(profile));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1, nameof(profile));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(profile.MinimumDelay, nameof(profile));
        ArgumentOutOfRangeException.ThrowIfNegative(profile.ReorderTimeout, nameof(profile));
        ArgumentOutOfRangeException.ThrowIfLessThan(profile.MaximumDelay, profile.MinimumDelay, nameof(profile));
        this.profile = profile;
        random = profile.Seed;
    }

    /// <summary>Frames that wait for their time or to be overtaken.</summary>
    public int HeldFrames => heldCount;

    /// <summary>When the first held frame is due, or as the wrapped port says.</summary>
    public override long NextLook(long now) => heldCount > 0 ? Math.Min(held[0].Due, base.NextLook(now)) : base.NextLook(now);

    /// <inheritdoc/>
    public override int Receive(FramePool pool, FrameVector vector, long now)
    {
        var before = vector.Count;
        ReleaseDue(vector, now);
        if (vector.Room > 0)
        {
            base.Receive(pool, arrivals, now);
            for (var i = 0; i < arrivals.Count; i++)
                Treat(pool, vector, arrivals[i], now);
            arrivals.Clear();
            ReleaseDue(vector, now);
        }

        return vector.Count - before;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        for (var i = 0; i < heldCount; i++)
            heldPool!.Return(held[i].Frame);
        heldCount = 0;
        base.Dispose(disposing);
    }

    private void Treat(FramePool pool, FrameVector vector, Frame frame, long now)
    {
        Uncount(frame);
        if (Draw(profile.Loss))
        {
            Lose(pool, frame);
            return;
        }

        var isDoubled = Draw(profile.Duplication);
        if (Draw(profile.Corruption) && frame.Metadata.Length > 0)
            frame.Bytes[(int)(Next() % (uint)frame.Metadata.Length)] ^= (byte)(1 << (int)(Next() & 7));
        if (isDoubled && TryCopy(pool, frame, out var copy))
            Pass(pool, vector, copy, now);

        Pass(pool, vector, frame, now);
    }

    private static bool TryCopy(FramePool pool, Frame frame, out Frame copy)
    {
        ref readonly var metadata = ref frame.Metadata;
        if (!(metadata.Length <= pool.FrameCapacity ? pool.TryRent(out copy) : pool.TryRentLarge(out copy)))
            return false;
        frame.Bytes.CopyTo(copy.Reset(pool, metadata.Length));
        copy.Metadata.ReceivedAt = metadata.ReceivedAt;
        if (SuperFrames.Is(frame))
            SuperFrames.CopyMark(frame, copy);
        return true;
    }

    /// <summary>Hands a frame over now, or holds it.</summary>
    private void Pass(FramePool pool, FrameVector vector, Frame frame, long now)
    {
        var delay = profile.MinimumDelay;
        if (profile.MaximumDelay > profile.MinimumDelay)
            delay += (long)(Next() % (ulong)(profile.MaximumDelay - profile.MinimumDelay + 1));
        if (Draw(profile.Reordering))
            Hold(pool, new HeldFrame(frame, now + delay + profile.ReorderTimeout, profile.ReorderDistance));
        else if (delay > 0 || vector.Room == 0)
            Hold(pool, new HeldFrame(frame, now + delay, NeverPassed));
        else
            Deliver(vector, frame);
    }

    private void Hold(FramePool pool, HeldFrame entry)
    {
        if (heldCount == MaximumHeld)
        {
            Lose(pool, entry.Frame);
            return;
        }

        heldPool = pool;
        var at = heldCount++;
        for (; at > 0 && held[at - 1].Due > entry.Due; at--)
            held[at] = held[at - 1];
        held[at] = entry;
    }

    private void ReleaseDue(FrameVector vector, long now)
    {
        var kept = 0;
        var passed = 0;
        for (var i = 0; i < heldCount; i++)
        {
            var entry = held[i];
            var isReordered = entry.PassesLeft != NeverPassed;
            if (isReordered)
                entry.PassesLeft -= passed;
            if (vector.Room > 0 && (entry.Due <= now || entry.PassesLeft <= 0))
            {
                Hand(vector, entry.Frame);
                passed += isReordered ? 0 : 1;
            }
            else
            {
                held[kept++] = entry;
            }
        }

        heldCount = kept;
    }

    private void Deliver(FrameVector vector, Frame frame)
    {
        Hand(vector, frame);
        for (var i = 0; i < heldCount; i++)
        {
            if (held[i].PassesLeft != NeverPassed)
                held[i].PassesLeft--;
        }
    }

    private void Hand(FrameVector vector, Frame frame)
    {
        Counters.ReceivedFrames++;
        Counters.ReceivedBytes += frame.Metadata.Length;
        vector.Add(frame);
    }

    private void Uncount(Frame frame)
    {
        Counters.ReceivedFrames--;
        Counters.ReceivedBytes -= frame.Metadata.Length;
    }

    private void Lose(FramePool pool, Frame frame)
    {
        Counters.CountReceiveDrop(DropReason.FaultInjected);
        pool.Return(frame);
    }

    private bool Draw(double share) => share > 0 && (Next() >> 11) * (1.0 / (1UL << 53)) < share;

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): any seed will do, and the sequence is the same everywhere.</summary>
    private ulong Next()
    {
        random += 0x9e3779b97f4a7c15;
        var z = random;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    private struct HeldFrame(Frame frame, long due, int passesLeft)
    {
        public Frame Frame = frame;
        public long Due = due;
        public int PassesLeft = passesLeft;
    }
}
