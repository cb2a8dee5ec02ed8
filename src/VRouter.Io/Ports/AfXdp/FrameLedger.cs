using System.Numerics;
using VRouter.Core.Frames;

namespace VRouter.Io.Ports.AfXdp;

/// <summary>Which frames of a pool the kernel has, so that they can be returned when it lets go of all of them at once.</summary>
internal sealed class FrameLedger(FramePool pool)
{
    private readonly ulong[] words = new ulong[(pool.Capacity + 63) / 64];

    /// <summary>Number of frames that the kernel has.</summary>
    public int Count { get; private set; }

    /// <summary>The kernel gets a frame.</summary>
    public void Add(int slot)
    {
        words[slot >> 6] |= 1UL << slot;
        Count++;
    }

    /// <summary>The kernel gives a frame back.</summary>
    /// <returns>False if it did not have it.</returns>
    public bool Remove(int slot)
    {
        ref var word = ref words[slot >> 6];
        var bit = 1UL << slot;
        if ((word & bit) == 0)
            return false;
        word &= ~bit;
        Count--;
        return true;
    }

    /// <summary>Returns all that the kernel had; it must not use them any more.</summary>
    public void ReturnAll()
    {
        for (var i = 0; i < words.Length; i++)
        {
            for (; words[i] != 0; words[i] &= words[i] - 1)
            {
                var slot = (i * 64) + BitOperations.TrailingZeroCount(words[i]);
                if (pool.TryFind((ulong)slot * (ulong)pool.Stride, out var frame, out _))
                    pool.Return(frame);
            }
        }

        Count = 0;
    }
}
