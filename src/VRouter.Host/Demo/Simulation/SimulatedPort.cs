namespace VRouter.Host.Demo.Simulation;

/// <summary>One end of a <see cref="SimulatedWire"/>.</summary>
internal sealed class SimulatedPort
{
    private readonly SimulatedWire wire;

    internal SimulatedPort(SimulatedWire wire) => this.wire = wire;

    /// <summary>Called with each frame that arrives, from the Ethernet header on; the array is the receiver's to keep but not to change.</summary>
    public event Action<byte[]>? Received;

    /// <summary>Sends a frame to the other end; it arrives in the network's next turn.</summary>
    public void Send(byte[] frame) => wire.Put(this, frame);

    internal void Receive(byte[] frame) => Received?.Invoke(frame);
}
