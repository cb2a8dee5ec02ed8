namespace VRouter.TestKit.Properties;

/// <summary>Puts the fragments of one datagram together, whatever their order (RFC 791 §3.2), the slow way: a byte at a time.</summary>
public static class NaiveReassembler
{
    /// <summary>The datagram, with the header of its first fragment; null where bytes are missing, overlap, or follow the end.</summary>
    public static NaivePacket? Reassemble(IReadOnlyCollection<NaivePacket> fragments)
    {
        if (fragments.SingleOrDefault(fragment => fragment.OffsetUnits == 0) is not { } first
            || fragments.SingleOrDefault(fragment => !fragment.MoreFragments) is not { } last)
            return null;
        var bytes = new byte?[(last.OffsetUnits * 8) + last.Payload.Length];
        foreach (var fragment in fragments)
        {
            if (fragment.Identification != first.Identification || fragment.Protocol != first.Protocol || fragment.Source != first.Source
                || fragment.Destination != first.Destination)
                return null;
            for (var i = 0; i < fragment.Payload.Length; i++)
            {
                var at = (fragment.OffsetUnits * 8) + i;
                if (at >= bytes.Length || bytes[at] is not null)
                    return null;
                bytes[at] = fragment.Payload[i];
            }
        }

        return bytes.Contains(null) ? null : first with { MoreFragments = false, Payload = [.. bytes.Select(value => value!.Value)] };
    }
}
