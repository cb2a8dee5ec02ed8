using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Replay;

/// <summary>Which port of a node receives a frame of a capture: one for all, or the one that the frame's interface is named as.</summary>
internal sealed class CapturePorts
{
    private readonly IReadOnlyList<string> names;
    private readonly int? all;
    private readonly List<int> ofInterface = [];

    /// <summary>Chooses.</summary>
    /// <param name="names">The node's ports by index.</param>
    /// <param name="port">The port for all frames; null: the interfaces' names tell.</param>
    /// <exception cref="ReplayException">The node has no such port.</exception>
    public CapturePorts(IReadOnlyList<string> names, string? port)
    {
        this.names = names;
        all = port is null ? null : IndexOf(port, $"the node has no port '{port}'");
    }

    /// <summary>The index of the port that receives a frame.</summary>
    /// <param name="capture">The capture, which may name more interfaces as it is read.</param>
    /// <param name="captureInterface">The frame's interface in it.</param>
    /// <exception cref="ReplayException">The capture does not tell, or names no port of the node.</exception>
    public int Of(CaptureReader capture, int captureInterface)
    {
        if (all is { } port)
            return port;
        while (ofInterface.Count <= captureInterface)
        {
            var name = capture.Interfaces[ofInterface.Count].Name;
            ofInterface.Add(name.Length == 0
                ? throw new ReplayException("the capture does not name its interfaces: say with --port which port receives the frames")
                : IndexOf(name, $"the capture's interface '{name}' is no port of the node (--port sends all frames to one)"));
        }

        return ofInterface[captureInterface];
    }

    private int IndexOf(string name, string problem)
    {
        for (var index = 0; index < names.Count; index++)
        {
            if (names[index] == name)
                return index;
        }

        throw new ReplayException($"{problem}; it has {string.Join(", ", names)}");
    }
}
