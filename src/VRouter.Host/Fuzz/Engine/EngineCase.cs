using System.Buffers.Binary;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>
/// What a router is put through: a network, and events in their order. Any bytes are a case: the network's shape, then for each event its kind (1 byte), its delay
/// code (1), the length of what follows (2, little-endian) and its bytes; what is missing at the end is left out.
/// </summary>
internal sealed record EngineCase(NetworkShape Shape, IReadOnlyList<CaseEvent> Events)
{
    /// <summary>The most events; further ones are ignored.</summary>
    public const int MostEvents = 64;

    private const int EventHeader = 4;

    /// <summary>Reads a case.</summary>
    public static EngineCase Read(ReadOnlySpan<byte> bytes)
    {
        var shape = new NetworkShape(bytes);
        bytes = bytes[Math.Min(NetworkShape.Size, bytes.Length)..];
        var events = new List<CaseEvent>();
        while (bytes.Length >= EventHeader && events.Count < MostEvents)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]), bytes.Length - EventHeader);
            events.Add(new CaseEvent(bytes[0], bytes[1], bytes.Slice(EventHeader, length).ToArray()));
            bytes = bytes[(EventHeader + length)..];
        }

        return new EngineCase(shape, events);
    }

    /// <summary>The case as bytes.</summary>
    public byte[] Write()
    {
        var bytes = new byte[NetworkShape.Size + Events.Sum(item => EventHeader + item.Bytes.Length)];
        Shape.Bytes.CopyTo(bytes);
        var rest = bytes.AsSpan(NetworkShape.Size);
        foreach (var item in Events)
        {
            (rest[0], rest[1]) = (item.Kind, item.DelayCode);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], (ushort)item.Bytes.Length);
            item.Bytes.CopyTo(rest[EventHeader..]);
            rest = rest[(EventHeader + item.Bytes.Length)..];
        }

        return bytes;
    }
}
