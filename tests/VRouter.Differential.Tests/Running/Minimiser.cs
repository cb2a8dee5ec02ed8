using VRouter.Core.Wire;
using VRouter.Differential.Tests.Generators;
using VRouter.Differential.Tests.Judging;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Running;

/// <summary>
/// Makes a case smaller while both routers still differ in the same way: fewer frames, fewer bytes at the end, fields of a plain packet; lengths and checksums follow where
/// they were true.
/// </summary>
internal static class Minimiser
{
    private const int Rounds = 3;

    /// <summary>The smallest case found.</summary>
    public static Case Minimise(Case found, Judgement judgement, Twins twins)
    {
        var best = found;
        for (var round = 0; round < Rounds; round++)
        {
            var before = best;
            foreach (var smaller in WithoutFrames(best).Concat(Smaller(best)))
            {
                if (IsSame(twins.Try(smaller), judgement))
                    best = smaller;
            }

            if (ReferenceEquals(before, best))
                break;
        }

        return best with { Name = found.Name };
    }

    /// <summary>True if two cases differ in the same way, and both are new or declared by the same entry.</summary>
    public static bool IsSame(Judgement left, Judgement right) => !left.IsEqual && left.Declared == right.Declared && left.Signature == right.Signature;

    private static IEnumerable<Case> WithoutFrames(Case found)
    {
        for (var i = 0; found.Frames.Count > 1 && i < found.Frames.Count; i++)
            yield return found with { Frames = [.. found.Frames.Where((_, index) => index != i)] };
    }

    private static IEnumerable<Case> Smaller(Case found)
    {
        for (var i = 0; i < found.Frames.Count; i++)
        {
            foreach (var frame in Smaller(found.Frames[i].Frame))
                yield return found with { Frames = [.. found.Frames.Select((other, index) => index == i ? other with { Frame = frame } : other)] };
        }
    }

    private static IEnumerable<byte[]> Smaller(byte[] frame)
    {
        for (var cut = frame.Length / 2; cut > 0; cut /= 2)
        {
            if (frame.Length - cut >= EthernetHeader.Size + IPv4Header.MinimumSize)
                yield return WithTrueLength(frame[..^cut], frame);
        }

        if (frame.Length < EthernetHeader.Size + IPv4Header.MinimumSize)
            yield break;
        foreach (var (at, value) in PlainBytes)
        {
            var changed = (byte[])frame.Clone();
            changed[EthernetHeader.Size + at] = value;
            yield return WithTrueChecksum(changed, frame);
        }

        foreach (var field in FrameFields.Of(frame).Where(field => field.Name.EndsWith("payload", StringComparison.Ordinal)))
        {
            var zeroed = (byte[])frame.Clone();
            zeroed.AsSpan(field.Start, field.Length).Clear();
            yield return zeroed;
        }
    }

    // Offsets in the header and what a plain packet has there: TOS, identification, flags and offset, TTL, protocol.
    private static IEnumerable<(int At, byte Value)> PlainBytes => [(1, 0), (4, 0), (5, 1), (6, 0), (7, 0), (8, 64), (9, 253)];

    private static byte[] WithTrueLength(byte[] changed, byte[] original)
    {
        var header = IPv4Header.At(original.AsSpan(EthernetHeader.Size));
        var spare = original.Length - EthernetHeader.Size - header.TotalLength;
        if (spare < 0 || header.TotalLength + spare - (original.Length - changed.Length) < IPv4Header.MinimumSize)
            return changed;
        var shorter = IPv4Header.At(changed.AsSpan(EthernetHeader.Size));
        shorter.TotalLength = (ushort)Math.Max(IPv4Header.MinimumSize, header.TotalLength - (original.Length - changed.Length));
        return changed;
    }

    private static byte[] WithTrueChecksum(byte[] changed, byte[] original)
    {
        if (IPv4Header.Parse(original.AsSpan(EthernetHeader.Size), out _) == Core.Graph.DropReason.None)
            IPv4Header.At(changed.AsSpan(EthernetHeader.Size)).UpdateChecksum();
        return changed;
    }
}
