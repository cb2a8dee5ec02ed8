namespace VRouter.Io.Ports.Pcap;

/// <summary>An interface that a capture file names. A pcap file has one without a name.</summary>
/// <param name="Name">Its name (if_name), or an empty text.</param>
/// <param name="Description">More about it (if_description), or an empty text.</param>
/// <param name="SnapLength">The most bytes kept of a frame, 0 for no limit.</param>
public sealed record CaptureInterface(string Name, string Description, int SnapLength);
