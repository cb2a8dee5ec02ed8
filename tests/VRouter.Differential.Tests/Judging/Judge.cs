using VRouter.Core.Wire;
using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Judging;

/// <summary>Compares what both routers did with the frames of a case.</summary>
internal sealed class Judge(DivergenceList list)
{
    /// <summary>Compares.</summary>
    /// <param name="sent">The case's frames.</param>
    /// <param name="ours">What our router did.</param>
    /// <param name="linux">What the kernel's sent.</param>
    /// <param name="isLimited">As <see cref="RouteErrorLimit.IsReached"/> says.</param>
    public Judgement Compare(IReadOnlyList<PortFrame> sent, RouterOutput ours, IReadOnlyList<PortFrame> linux, bool isLimited)
    {
        var differs = Differences(ours.Frames, linux);
        if (differs.Count == 0)
            return Judgement.Equal;
        var facts = Facts.Of(sent, ours, linux, differs);
        facts["route-errors"] = isLimited ? "limited" : "free";
        return new Judgement(list.Divergences.FirstOrDefault(divergence => divergence.Applies(facts)), facts);
    }

    // Frames in order for each port; "count" where one router sent more of them.
    private SortedSet<string> Differences(IReadOnlyList<PortFrame> ours, IReadOnlyList<PortFrame> linux)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        for (var port = 0; port < TwinNetwork.PortNames.Length; port++)
        {
            var (left, right) = (ours.Where(frame => frame.Port == port).ToList(), linux.Where(frame => frame.Port == port).ToList());
            if (left.Count != right.Count)
            {
                names.Add("count");
                continue;
            }

            foreach (var (own, other) in left.Zip(right))
                names.UnionWith(Differences(own, other));
        }

        return names;
    }

    private IEnumerable<string> Differences(PortFrame ours, PortFrame linux)
    {
        if (ours.Frame.AsSpan().SequenceEqual(linux.Frame))
            return [];
        var kind = Outcome.KindOf(ours);
        if (kind != Outcome.KindOf(linux))
            return ["kind"];
        var names = FrameFields.Differences(ours.Frame, linux.Frame);
        // What need not be equal must still be true. A header with another time has another checksum.
        var allowed = names.Where(name => list.MayDiffer.Any(field => field.Allows(kind, name))).ToList();
        foreach (var time in allowed.Where(name => name.EndsWith(FrameFields.Time, StringComparison.Ordinal)).ToList())
        {
            if (FrameFields.Values(ours.Frame).TryGetValue(time, out var own) && FrameFields.Values(linux.Frame).TryGetValue(time, out var other))
            {
                if (!OptionTimes.AreNear(own, other))
                    return ["untrue-time"];
                allowed.Add(time[..^FrameFields.Time.Length] + "checksum");
            }
            else
            {
                allowed.Remove(time);
            }
        }

        if (allowed.Any(name => name.EndsWith("checksum", StringComparison.Ordinal)) && !(HasTrueChecksum(ours.Frame, kind) && HasTrueChecksum(linux.Frame, kind)))
            return ["untrue-checksum"];
        return names.Except(allowed);
    }

    // Of all IPv4 headers, the inner one of a tunnel packet included.
    private static bool HasTrueChecksum(Span<byte> frame, string kind)
    {
        if (IPv4Header.Parse(frame[EthernetHeader.Size..], out var header) != Core.Graph.DropReason.None)
            return false;
        return !kind.StartsWith("vxlan ", StringComparison.Ordinal)
            || HasTrueChecksum(header.Payload[(UdpHeader.Size + VxlanHeader.Size)..], kind["vxlan ".Length..]);
    }
}
