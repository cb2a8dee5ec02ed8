using VRouter.Core.Wire;
using VRouter.Host.Lab;
using VRouter.Io.Ports.Pcap;

namespace VRouter.Host.Demo;

/// <summary>What was seen while the pods pinged each other, on real wires or in memory.</summary>
internal sealed record DemoObservation
{
    /// <summary>One ping for each ordered pair of pods.</summary>
    public required IReadOnlyList<PingResult> Pings { get; init; }

    /// <summary>The frames of each wire, in the order in which they came.</summary>
    public required IReadOnlyDictionary<DemoWire, IReadOnlyList<WireFrame>> Frames { get; init; }

    /// <summary>True if exactly those pods reached each other that should in the mode: all, but for mode never only those in one subnet.</summary>
    public bool IsAsExpected(DemoMode mode) => Pings.All(ping => ping.Reached == MustReach(mode, ping));

    /// <summary>The headers of the first echo request of a pod to another on a wire, or null if none was seen there.</summary>
    public PacketHeaders? FirstEchoRequest(DemoWire wire, IPv4Address from, IPv4Address to) => Frames[wire]
        .Select(frame => PacketHeaders.Read(frame.Data, DemoMode.VxlanPort))
        .FirstOrDefault(packet => packet is not null && packet.Source == from && packet.Destination == to && packet.IcmpType == IcmpType.EchoRequest);

    /// <summary>Writes a capture file for each wire.</summary>
    /// <returns>The files' paths.</returns>
    /// <exception cref="LabException">The folder cannot be written.</exception>
    public IReadOnlyList<string> WriteTo(string folder)
    {
        var paths = new List<string>();
        try
        {
            foreach (var wire in DemoWire.All)
            {
                paths.Add(Path.Combine(folder, wire.FileName));
                using var writer = CaptureWriter.Create(paths[^1]);
                var number = writer.AddInterface(wire.Name);
                foreach (var frame in Frames[wire])
                    writer.Write(number, frame.Timestamp, frame.Data);
            }
        }
        catch (Exception e) when (e is CaptureException or IOException)
        {
            throw new LabException($"cannot write captures to {folder}: {e.Message}", e);
        }

        return paths;
    }

    private static bool MustReach(DemoMode mode, PingResult ping) =>
        mode.TunnelsAcrossSubnets || (ping.From != "busybox-3" && ping.To != "busybox-3");
}
