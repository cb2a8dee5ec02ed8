using System.Runtime.CompilerServices;

namespace VRouter.Core.Tunnels;

/// <summary>The IP identification of outer headers: each packet of a worker's tunnels of one kind gets the next number (RFC 6864 §4).</summary>
/// <param name="first">Where it begins.</param>
/// <param name="step">From one number to the next: with several workers a power of two, and each begins at another number modulo it.</param>
internal sealed class OuterIdentification(ushort first, ushort step = 1)
{
    private ushort next = first;

    /// <summary>Takes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Take()
    {
        var taken = next;
        next = (ushort)(taken + step);
        return taken;
    }
}
