using System.Collections;
using VRouter.Core.Frames;
using VRouter.Core.Tables;
using VRouter.Host.Api;
using VRouter.Host.Recording;
using VRouter.Io.Ports;

namespace VRouter.Host.Replay;

/// <summary>The ports of a recorded worker: their names, their interfaces in the file, and what passes them.</summary>
/// <param name="tables">The tables now; a port that is not attached has its name from there.</param>
/// <param name="nameOf">The name of an interface of the file.</param>
internal sealed class ReplayPorts(Func<ForwardingTables> tables, Func<uint, string?> nameOf) : IReadOnlyList<string>
{
    private readonly SortedDictionary<int, uint> interfaces = [];
    private readonly SortedDictionary<int, PortCounters> counters = [];
    private readonly Dictionary<int, string> names = [];

    /// <inheritdoc/>
    public int Count => short.MaxValue;

    /// <summary>The name of the port of an index, whether there is one or not.</summary>
    public string this[int index] => names.TryGetValue(index, out var name) ? name
        : tables().Ports.ElementAtOrDefault(index)?.Name ?? $"port {index}";

    /// <summary>The interface of a port, or null if it is not attached.</summary>
    public uint? InterfaceOf(int index) => interfaces.TryGetValue(index, out var number) ? number : null;

    /// <summary>A port comes.</summary>
    public void Attach(int index, uint number)
    {
        interfaces[index] = number;
        if (nameOf(number) is { } name)
            names[index] = name;
    }

    /// <summary>A port goes; its counters stay.</summary>
    public void Detach(int index) => interfaces.Remove(index);

    /// <summary>Counts what a port handed over.</summary>
    public void CountReceived(int index, IReadOnlyList<RecordedFrame> frames)
    {
        var port = CountersOf(index);
        port.ReceivedFrames += frames.Count;
        port.ReceivedBytes += frames.Sum(frame => (long)frame.Bytes.Length);
    }

    /// <summary>Counts what a port was given.</summary>
    public void CountSent(int index, FrameVector vector)
    {
        var port = CountersOf(index);
        for (var i = 0; i < vector.Count; i++)
        {
            if (vector.Verdicts[i].IsDrop)
            {
                port.CountTransmitDrop(vector.Verdicts[i].Reason);
                continue;
            }

            port.TransmittedFrames++;
            port.TransmittedBytes += vector[i].Metadata.Length;
        }
    }

    /// <summary>What passed each port, by name.</summary>
    public IReadOnlyList<PortTotals> Totals() => [.. counters.Select(port => PortTotals.Of(this[port.Key], port.Value))];

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private PortCounters CountersOf(int index)
    {
        if (!counters.TryGetValue(index, out var port))
            counters.Add(index, port = new PortCounters());
        return port;
    }
}
