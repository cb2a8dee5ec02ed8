namespace VRouter.Host.Bench.Io;

/// <summary>A choice of ports that can be measured.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Workloads">The driver of workload ports, as the configuration names it.</param>
/// <param name="Uplink">The driver of the uplink.</param>
internal sealed record IoDriver(string Name, string Workloads, string Uplink)
{
    /// <summary>All of them; the first is the usual one.</summary>
    public static IReadOnlyList<IoDriver> All { get; } = [new("af-packet", "af-packet", "af-packet"), new("af-xdp", "af-xdp", "af-xdp"), new("tap", "tap", "af-packet")];

    /// <summary>True if workloads are behind TAP devices that the router makes.</summary>
    public bool MakesTaps => Workloads == "tap";
}
