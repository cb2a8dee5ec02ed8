using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Reassembly;

/// <summary>Cuts packets into fragments, by nothing but slices: independent of the engine's own fragmentation.</summary>
internal static class Pieces
{
    /// <summary>The fragment of a packet without options that carries these bytes of its payload.</summary>
    public static byte[] Of(byte[] packet, int start, int end, bool? more = null)
    {
        var payload = packet[IPv4Header.MinimumSize..];
        byte[] fragment = [.. packet[..IPv4Header.MinimumSize], .. payload[start..end]];
        var header = IPv4Header.At(fragment);
        header.TotalLength = (ushort)fragment.Length;
        header.FragmentOffset = start;
        header.MoreFragments = more ?? end < payload.Length;
        header.UpdateChecksum();
        return fragment;
    }

    /// <summary>All fragments of a packet, with so much payload each.</summary>
    public static byte[][] Cut(byte[] packet, int size)
    {
        var length = packet.Length - IPv4Header.MinimumSize;
        return [.. Enumerable.Range(0, (length + size - 1) / size).Select(i => Of(packet, i * size, Math.Min(length, (i + 1) * size)))];
    }

    /// <summary>As the fragment, with another ECN codepoint.</summary>
    public static byte[] Marked(byte[] fragment, byte codepoint)
    {
        byte[] marked = [.. fragment];
        var header = IPv4Header.At(marked);
        header.EcnBits = codepoint;
        return marked;
    }

    /// <summary>Every order of the first numbers.</summary>
    public static IEnumerable<int[]> Orders(int count) => count == 0
        ? [[]]
        : Orders(count - 1).SelectMany(shorter => Enumerable.Range(0, count).Select(place => (int[])[.. shorter[..place], count - 1, .. shorter[place..]]));
}
