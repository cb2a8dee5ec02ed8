namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// What a router may put together of the fragments that it received (RFC 791 §3.2): every chain of fragments that fit end to end. A real reassembly takes less, never
/// more.
/// </summary>
internal sealed class SeenFragments
{
    private const int MostWhole = 64;
    private readonly Dictionary<(uint, uint, byte, int), List<SeenPacket>> fragments = [];

    /// <summary>Takes a packet; if it is a fragment, gives all packets that it completes.</summary>
    public List<SeenPacket> Take(SeenPacket packet)
    {
        var whole = new List<SeenPacket>();
        if ((SlowWire.U16(packet.Bytes, 6) & 0x3fff) == 0)
            return whole;
        var key = SeenPacket.KeyOf(packet.Bytes);
        if (!fragments.TryGetValue(key, out var others))
            fragments.Add(key, others = []);
        others.Add(packet);
        Extend(others, [], 0, whole);
        return whole;
    }

    private static void Extend(List<SeenPacket> others, List<SeenPacket> chain, int offset, List<SeenPacket> whole)
    {
        foreach (var next in others)
        {
            var field = SlowWire.U16(next.Bytes, 6);
            if (whole.Count >= MostWhole || (field & 0x1fff) * 8 != offset || chain.Contains(next))
                continue;
            chain.Add(next);
            if ((field & 0x2000) == 0)
                whole.Add(Join(chain));
            else if (PayloadOf(next).Length > 0)
                Extend(others, chain, offset + PayloadOf(next).Length, whole);
            chain.RemoveAt(chain.Count - 1);
        }
    }

    private static SeenPacket Join(List<SeenPacket> chain)
    {
        var first = chain[0];
        var header = first.Bytes.AsSpan(0, (first.Bytes[0] & 0xf) * 4).ToArray();
        header[6] &= 0x40;
        header[7] = 0;
        return first with { Bytes = [.. header, .. chain.SelectMany(item => PayloadOf(item).ToArray())] };
    }

    private static ReadOnlySpan<byte> PayloadOf(SeenPacket packet) => packet.Bytes.AsSpan((packet.Bytes[0] & 0xf) * 4);
}
