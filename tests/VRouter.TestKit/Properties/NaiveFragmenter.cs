namespace VRouter.TestKit.Properties;

/// <summary>Cuts a packet without options as RFC 791 §3.2 has it: what a router with a narrow link does to it.</summary>
public static class NaiveFragmenter
{
    /// <summary>The packet, or its fragments, none longer than the link takes.</summary>
    /// <param name="packet">Without options.</param>
    /// <param name="mtu">The longest packet of the link, at least 28.</param>
    public static IEnumerable<NaivePacket> Cut(NaivePacket packet, int mtu)
    {
        if (packet.TotalLength <= mtu || packet.DontFragment)
        {
            yield return packet;
            yield break;
        }

        var room = (mtu - 20) & ~7;
        for (var at = 0; at < packet.Payload.Length; at += room)
        {
            var end = Math.Min(at + room, packet.Payload.Length);
            yield return packet with
            {
                OffsetUnits = packet.OffsetUnits + (at / 8), MoreFragments = packet.MoreFragments || end < packet.Payload.Length, Payload = packet.Payload[at..end],
            };
        }
    }
}
