namespace VRouter.Host.Bench.Io;

/// <summary>What was measured.</summary>
/// <param name="Driver">The router's ports.</param>
/// <param name="Mode">plain, ipip or vxlan.</param>
/// <param name="FrameSize">Bytes of a frame with its FCS, before encapsulation.</param>
/// <param name="Flows">Flows that the frames belong to.</param>
/// <param name="Seconds">For each measurement.</param>
/// <param name="Rounds">Rounds in which the forwarders took turns.</param>
/// <param name="Sender">How frames were sent: af-xdp or sendmmsg.</param>
/// <param name="SenderCore">The core that sent.</param>
/// <param name="RouterCore">The core that forwarded.</param>
/// <param name="Record">Whether a router that records was measured too.</param>
internal sealed record IoSetup(
    string Driver, string Mode, int FrameSize, int Flows, int Seconds, int Rounds, string Sender, int SenderCore, int RouterCore, bool Record);
