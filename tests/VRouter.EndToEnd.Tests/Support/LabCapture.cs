using VRouter.Host.Demo;
using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>A capture of every wire of a lab, to memory and to files.</summary>
internal sealed class LabCapture : IDisposable
{
    private readonly CaptureSession session;
    private readonly Dictionary<string, Capture> captures = [];

    public LabCapture(TestLab lab, string file)
    {
        Folder = Directory.CreateDirectory(Path.Combine(lab.Folder, file)).FullName;
        foreach (var host in lab.Topology.Hosts)
        {
            foreach (var port in host.Interfaces)
            {
                var name = LabPlan.BridgePort(lab.Topology, host, port);
                Add(host.Interfaces.Count == 1 ? host.Name : $"{host.Name}-{port.Name}", lab.Namespace(port.Network), name);
            }
        }

        foreach (var pod in lab.Topology.Pods)
            Add(pod.Name, lab.Namespace(pod.Name), "eth0");
        session = CaptureSession.Start([.. captures.Values]);
    }

    /// <summary>Where the files are, one for each wire.</summary>
    public string Folder { get; }

    /// <summary>The names of the wires: those of hosts (their bridge ports) and of pods.</summary>
    public IEnumerable<string> Wires => captures.Keys;

    /// <summary>The files, complete when this is disposed.</summary>
    public IEnumerable<string> Files => captures.Keys.Select(name => Path.Combine(Folder, name + ".pcap"));

    /// <summary>The frames of the wire of a host or pod.</summary>
    public IReadOnlyList<WireFrame> FramesOf(string wire) => captures[wire].Frames;

    /// <summary>The IPv4 packets on a wire, tunnelled ones by their inner headers.</summary>
    public IEnumerable<(WireFrame Frame, PacketHeaders Packet)> PacketsOf(string wire, ushort vxlanPort = 4789) => FramesOf(wire)
        .Select(frame => (frame, PacketHeaders.Read(frame.Data, vxlanPort)!))
        .Where(pair => pair.Item2 is not null);

    /// <summary>Takes in what is under way and closes the files. Fails if a frame was lost.</summary>
    public void Dispose()
    {
        session.Dispose();
        foreach (var (name, capture) in captures)
            Assert.True(capture.Lost == 0 && capture.FileError is null, $"the capture of {name} lost {capture.Lost} frames {capture.FileError}");
    }

    private void Add(string name, string space, string port) =>
        captures.Add(name, new Capture(name, space, port, Path.Combine(Folder, name + ".pcap"), capacity: 64 << 20));
}
