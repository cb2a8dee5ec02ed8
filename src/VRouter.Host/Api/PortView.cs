namespace VRouter.Host.Api;

/// <summary>A port and what it counted since it was opened, or an interface that is awaited.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Role">uplink or workload.</param>
/// <param name="Driver">af-packet, af-xdp or tap; null while the interface is awaited.</param>
/// <param name="State">up, or why frames do not pass.</param>
/// <param name="Index">The port's number in the tables, or null.</param>
/// <param name="Mac">The router's MAC address on it, or null.</param>
/// <param name="Mtu">The IP MTU, or null.</param>
/// <param name="Addresses">The addresses of the workload, or the router's own on the uplink.</param>
/// <param name="Workload">The resource that asks for it, or null.</param>
/// <param name="ReceivedFrames">Frames handed to the router.</param>
/// <param name="ReceivedBytes">Their bytes.</param>
/// <param name="TransmittedFrames">Frames sent.</param>
/// <param name="TransmittedBytes">Their bytes.</param>
/// <param name="ReceiveDrops">Frames lost before the router got them.</param>
/// <param name="TransmitDrops">Frames that could not be sent.</param>
/// <param name="Mode">Which of the driver's ways is in use, as native or generic for af-xdp, or a tap's offloads; null where it has but one.</param>
/// <param name="Fallback">Why the driver is not the one that was asked for, or one worker reads a tap for all; null: it is as it should be.</param>
/// <param name="SuperFrames">Whether super-frames are sent whole or cut by the router, and why; null while the interface is awaited.</param>
public sealed record PortView(
    string Name,
    string Role,
    string? Driver,
    string State,
    int? Index,
    string? Mac,
    int? Mtu,
    IReadOnlyList<string> Addresses,
    string? Workload,
    long ReceivedFrames,
    long ReceivedBytes,
    long TransmittedFrames,
    long TransmittedBytes,
    long ReceiveDrops,
    long TransmitDrops,
    string? Mode = null,
    string? Fallback = null,
    string? SuperFrames = null);
