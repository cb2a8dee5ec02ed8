namespace VRouter.Differential.Tests.Generators;

/// <summary>Ways to send a datagram of 128 bytes in pieces.</summary>
internal static class FragmentOrders
{
    /// <summary>Pieces in the order in which they are sent.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<Piece> Pieces)> Of(int length)
    {
        Piece first = new(0, 48), middle = new(48, 96), last = new(96, length, true);
        yield return ("in order", [first, middle, last]);
        yield return ("backwards", [last, middle, first]);
        yield return ("middle first", [middle, first, last]);
        yield return ("doubled", [first, first, middle, middle, last]);
        yield return ("overlapping", [first, new(40, 96), last]);
        yield return ("overlapping head", [first, new(0, 56), middle, last]);
        yield return ("with a hole", [first, last]);
        yield return ("first alone", [first]);
        yield return ("last alone", [last]);
        yield return ("two ends", [first, middle, last, new(96, length - 8, true)]);
        yield return ("tiny first", [new(0, 8), new(8, length, true)]);
        yield return ("odd middle", [new(0, 48), new(48, 91), last]);
    }

    /// <summary>A piece.</summary>
    /// <param name="Start">Where it begins; a multiple of 8.</param>
    /// <param name="End">Behind its last byte.</param>
    /// <param name="IsLast">It says that no piece follows.</param>
    public sealed record Piece(int Start, int End, bool IsLast = false);
}
