using VRouter.Core.Wire;

namespace VRouter.Core.Tests.Reassembly;

/// <summary>What must become of a stream of fragments, as plainly as it can be said: a table of bytes for each datagram, without bounds.</summary>
internal sealed class NaiveReassembly(long timeout)
{
    private readonly Dictionary<(ushort Identification, byte Protocol), Datagram> datagrams = [];

    /// <summary>Takes a fragment without options.</summary>
    /// <returns>Counters as of a stage run, and the whole packet if it is complete now.</returns>
    public (string Counters, byte[]? Whole) Take(byte[] fragment, long now)
    {
        var header = IPv4Header.At(fragment);
        var (start, payload, isLast) = (header.FragmentOffset, header.Payload.ToArray(), !header.MoreFragments);
        var end = start + payload.Length;
        if (payload.Length == 0 || (!isLast && payload.Length % 8 != 0))
            return ("received 1, fragment-length 1", null);
        if (end > 65_515)
            return ("received 1, ipv4-fragment-offset 1", null);
        if (start == 0 && payload.Length < 8)
            return ("received 1, fragment-tiny 1", null);
        var key = (header.Identification, header.Protocol);
        if (!datagrams.TryGetValue(key, out var datagram))
            datagrams[key] = datagram = new Datagram { StartedAt = now };
        if (datagram.Refusal is { } refusal)
            return ($"received 1, {refusal} 1", null);
        var pieces = datagram.Pieces;
        if (pieces.Any(piece => piece.Start == start && piece.IsLast == isLast && piece.Payload.SequenceEqual(payload)))
            return ("received 1, fragment-duplicate 1", null);
        var held = pieces.Count;
        if (pieces.Any(piece => piece.Start < end && start < piece.Start + piece.Payload.Length))
            return Refuse("fragment-overlap");
        pieces.Add((start, isLast, payload, fragment));
        var ends = pieces.Where(piece => piece.IsLast).Select(piece => piece.Start + piece.Payload.Length).Distinct().ToList();
        if (ends.Count > 1 || (ends.Count == 1 && pieces.Any(piece => piece.IsLast ? piece.Start + piece.Payload.Length > ends[0] : piece.Start + piece.Payload.Length >= ends[0])))
            return Refuse("fragment-end");
        if (ends.Count == 0 || pieces.Sum(piece => piece.Payload.Length) < ends[0])
            return ("received 1, held 1", null);

        var codepoints = pieces.Select(piece => piece.Packet[1] & 3).Distinct().ToList();
        if (codepoints.Contains(0) && codepoints.Count > 1)
            return Refuse("fragment-ecn");
        datagrams.Remove(key);
        var ordered = pieces.OrderBy(piece => piece.Start).ToList();
        byte[] whole = [.. ordered[0].Packet[..20], .. ordered.SelectMany(piece => piece.Payload)];
        var view = IPv4Header.At(whole);
        view.TotalLength = (ushort)whole.Length;
        view.MoreFragments = false;
        view.EcnBits = codepoints.Contains(3) ? (byte)3 : view.EcnBits;
        view.UpdateChecksum();
        return (held == 0 ? "received 1, ip4-local 1" : $"received 1, delivered {held}, held -{held}, ip4-local 1", whole);

        (string, byte[]?) Refuse(string reason)
        {
            datagram.Refusal = reason;
            datagram.Pieces.Clear();
            return ($"received 1, {reason} {held + 1}" + (held > 0 ? $", held -{held}" : ""), null);
        }
    }

    /// <summary>Forgets what is too old.</summary>
    /// <returns>How many datagrams were given up whose first fragment was there, and how many other fragments.</returns>
    public (int Firsts, int Others) Expire(long now)
    {
        var due = datagrams.Where(datagram => now - datagram.Value.StartedAt >= timeout).ToList();
        due.ForEach(datagram => datagrams.Remove(datagram.Key));
        var pieces = due.SelectMany(datagram => datagram.Value.Pieces).ToList();
        return (pieces.Count(piece => piece.Start == 0), pieces.Count(piece => piece.Start > 0));
    }

    private sealed class Datagram
    {
        public long StartedAt { get; init; }

        public string? Refusal { get; set; }

        public List<(int Start, bool IsLast, byte[] Payload, byte[] Packet)> Pieces { get; } = [];
    }
}
