using VRouter.Core.Frames;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// A pool whose memory is filled with one byte before a run, and whose slots begin and end in bytes that no frame may use: a write beyond a slot's end, before what
/// the longest chain of headers takes of the headroom, or into a slot that nobody rented, shows afterwards. What a frame reads beyond its end is that byte, so that runs with different bytes differ if anything depends on it.
/// </summary>
internal sealed unsafe class GuardedPool : IDisposable
{
    private const int CacheLine = 64;
    // Of a packet that was reassembled, which has no Ethernet header in front: an ICMP error about it (28: RFC 791, RFC 792), then outer IPv4, UDP, VXLAN and inner Ethernet headers
    // (50: RFC 7348 §5), then the Ethernet header.
    private const int LongestChain = 28 + 50 + 14;
    private const int Overhead = Frame.MetadataSize + Frame.Headroom;
    private readonly int slots;
    private byte fill;

    /// <summary>Takes the memory.</summary>
    /// <param name="slots">Number of frames.</param>
    /// <param name="longest">The longest frame in bytes.</param>
    /// <param name="large">Number of frames for super-frames; they are filled, and not watched.</param>
    public GuardedPool(int slots, int longest, int large = 0)
    {
        this.slots = slots;
        Pool = new FramePool(slots, longest, large);
        // The stride is an odd number of cache lines: with a line more, there is one that the capacity does not reach.
        while (Pool.Stride - Overhead - Pool.FrameCapacity < CacheLine)
        {
            Pool.Dispose();
            longest += CacheLine;
            Pool = new FramePool(slots, longest - (longest % CacheLine), large);
        }
    }

    /// <summary>The pool.</summary>
    public FramePool Pool { get; }

    /// <summary>Fills every slot but for its metadata.</summary>
    public void Fill(byte value)
    {
        fill = value;
        for (var slot = 0; slot < slots; slot++)
            SlotAt(slot)[Frame.MetadataSize..].Fill(value);
        var rented = new Stack<Frame>();
        while (Pool.TryRentLarge(out var frame))
        {
            frame.Reset(Pool, FramePool.LargeFrameCapacity).Fill(value);
            rented.Push(frame);
        }

        // In an order in which they come again as before.
        while (rented.TryPop(out var frame))
            Pool.Return(frame);
    }

    /// <summary>Looks at both ends of every slot.</summary>
    /// <exception cref="FindingException">Something was written there.</exception>
    public void Check()
    {
        var guard = Overhead + Pool.FrameCapacity;
        for (var slot = 0; slot < slots; slot++)
        {
            var place = SlotAt(slot)[guard..].IndexOfAnyExcept(fill);
            if (place >= 0)
                throw new FindingException(Oracles.Bounds, $"a frame's slot was written {place} bytes beyond its end");
            place = SlotAt(slot)[Frame.MetadataSize..(Overhead - LongestChain)].IndexOfAnyExcept(fill);
            if (place >= 0)
                throw new FindingException(Oracles.Bounds, $"a frame's headroom was written {Frame.Headroom - place} bytes before the frame, and no headers take more than {LongestChain}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Pool.Dispose();

    private Span<byte> SlotAt(int slot) => new((byte*)Pool.Memory + ((nint)slot * Pool.Stride), Pool.Stride);
}
