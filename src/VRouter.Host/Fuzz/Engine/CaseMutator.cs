using VRouter.Io.Offload;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>Makes new cases of earlier ones: changes their frames, their order and times, and the network.</summary>
/// <param name="networkOf">Gives the network of a shape.</param>
/// <param name="changesNetwork">The network may be mutated; else it is given.</param>
internal sealed class CaseMutator(Func<NetworkShape, FuzzNetwork> networkOf, bool changesNetwork)
{
    private readonly List<byte[]> sent = [];
    private int nextSent;

    /// <summary>Frames that routers sent may come back, within an ICMP error or as they are.</summary>
    public void Remember(byte[] frame)
    {
        const int most = 256;
        if (sent.Count < most)
            sent.Add(frame);
        else
            sent[nextSent++ % most] = frame;
    }

    /// <summary>A new case.</summary>
    public EngineCase Mutate(EngineCase first, EngineCase second, FuzzRandom random)
    {
        var events = first.Events.ToList();
        var shape = first.Shape;
        for (var rounds = 1 << random.Next(4); rounds > 0; rounds--)
        {
            if (changesNetwork && random.Once(40))
                shape = Changed(shape, random);
            else
                Change(events, shape, second, random);
        }

        if (events.Count > EngineCase.MostEvents)
            events.RemoveRange(EngineCase.MostEvents, events.Count - EngineCase.MostEvents);
        return new EngineCase(shape, events);
    }

    private static NetworkShape Changed(NetworkShape shape, FuzzRandom random)
    {
        byte[] bytes = [.. shape.Bytes];
        var at = random.Next(bytes.Length);
        bytes[at] = random.Next(3) switch
        {
            0 => (byte)(bytes[at] ^ (1 << random.Next(8))),
            1 => (byte)random.Next(16),
            _ => random.NextByte(),
        };
        return new NetworkShape(bytes);
    }

    private void Change(List<CaseEvent> events, NetworkShape shape, EngineCase other, FuzzRandom random)
    {
        var network = networkOf(shape);
        var place = random.Next(events.Count + 1);
        var index = random.Next(events.Count);
        switch (events.Count == 0 ? 0 : random.Next(18))
        {
            case 16:
                var receiver = random.Next(network.Ports.Count);
                events.Insert(place, new SuperFrameForge(network, random).Event(receiver));
                break;
            case 17 when events[index].Offload is not null:
                events[index] = events[index] with { Bytes = SuperFrameForge.Mutate(events[index].Bytes, random) };
                break;
            case 0:
                var port = random.Next(network.Ports.Count);
                events.Insert(place, CaseEvent.Frame(port, new FrameForge(network, random).Frame(port)));
                break;
            case 1:
                events.RemoveAt(index);
                break;
            case 2:
                events.Insert(place, events[index]);
                break;
            case 3:
                (events[index], events[place % events.Count]) = (events[place % events.Count], events[index]);
                break;
            case 4 when other.Events.Count > 0:
                var from = random.Next(other.Events.Count);
                events.InsertRange(place, other.Events.Skip(from).Take(1 + random.Next(4)));
                break;
            case 5:
                events[index] = events[index] with { DelayCode = (byte)random.Next(CaseEvent.Delays.Length) };
                break;
            case 6 when !events[index].IsChange:
                events[index] = events[index].WithPort(random.Next(network.Ports.Count));
                break;
            case 7 when !events[index].IsChange && events[index].Offload is null:
                var pieces = new FrameMutator(network, random).Fragments(events[index].Bytes);
                events.RemoveAt(index);
                events.InsertRange(index, pieces.Select(piece => CaseEvent.Frame(place % network.Ports.Count, piece)));
                break;
            case 8 when sent.Count > 0:
                events.Insert(place, Returned(network, random));
                break;
            case 9 when changesNetwork && random.Once(4):
                var before = events.Take(place).LastOrDefault(item => item.IsChange);
                events.Insert(place, CaseEvent.Change(Changed(before is null ? shape : new NetworkShape(before.Bytes), random)));
                break;
            default:
                events[index] = events[index].IsChange
                    ? CaseEvent.Change(Changed(new NetworkShape(events[index].Bytes), random), events[index].DelayCode)
                    : events[index] with { Bytes = Mutated(events[index], network, random) };
                break;
        }
    }

    // A super-frame keeps its header.
    private static byte[] Mutated(CaseEvent one, FuzzNetwork network, FuzzRandom random)
    {
        var start = one.Offload is null ? 0 : VirtioNetHeader.Size;
        return [.. one.Bytes[..start], .. new FrameMutator(network, random).Mutate(one.Bytes[start..], one.PortOf(network.Ports.Count))];
    }

    // What the router sent comes back: as an error about it, or turned around as a loop would.
    private CaseEvent Returned(FuzzNetwork network, FuzzRandom random)
    {
        var frame = random.Pick(sent);
        var port = random.Next(network.Ports.Count);
        var forge = new FrameForge(network, random);
        if (frame.Length < 34)
            return CaseEvent.Frame(port, frame);
        var packet = frame[14..];
        return CaseEvent.Frame(port, forge.Ethernet(port, 0x0800, random.Once(3) ? packet : forge.Error(forge.Anywhere(), SlowWire.U32(packet, 12), packet)));
    }
}
