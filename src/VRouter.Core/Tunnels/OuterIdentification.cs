using System.Runtime.CompilerServices;

namespace VRouter.Core.Tunnels;

/// <summary>The IP identification of outer headers: each packet of a worker's tunnels of one kind gets the next number (RFC 6864 §4).</summary>
/// <param name="first">Where it begins; workers should differ in it.</param>
internal sealed class OuterIdentification(ushort first)
{
    private ushort next = first;

    /// <summary>Takes a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Take() => next++;
}
