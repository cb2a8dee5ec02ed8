using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Host.Demo.Simulation;

/// <summary>An Ethernet interface with one IPv4 address: it answers ARP for it, and resolves next hops (RFC 826).</summary>
internal sealed class SimulatedInterface
{
    private readonly SimulatedPort port;
    private readonly Dictionary<IPv4Address, MacAddress> neighbors = [];
    private readonly Dictionary<IPv4Address, List<byte[]>> waiting = [];

    public SimulatedInterface(SimulatedPort port, MacAddress mac, IPv4Address address)
    {
        this.port = port;
        Mac = mac;
        Address = address;
        port.Received += Receive;
    }

    /// <summary>Called with each IPv4 packet that arrives in a frame to this interface.</summary>
    public event Action<byte[]>? PacketReceived;

    /// <summary>The interface's MAC address.</summary>
    public MacAddress Mac { get; }

    /// <summary>The interface's address.</summary>
    public IPv4Address Address { get; }

    /// <summary>Sends a packet to a neighbor; it waits, for as long as it takes, until the neighbor's MAC address is known. Each packet that waits asks again, since a wire may lose.</summary>
    public void Send(IPv4Address nextHop, byte[] packet)
    {
        if (neighbors.TryGetValue(nextHop, out var mac))
        {
            port.Send(FrameOf(mac, packet));
        }
        else if (waiting.TryGetValue(nextHop, out var queue))
        {
            queue.Add(packet);
            SendArp(ArpOperation.Request, MacAddress.Broadcast, default, nextHop);
        }
        else
        {
            waiting[nextHop] = [packet];
            SendArp(ArpOperation.Request, MacAddress.Broadcast, default, nextHop);
        }
    }

    private void Receive(byte[] frame)
    {
        if (EthernetHeader.Parse(frame, out var ethernet) != DropReason.None || (ethernet.Destination != Mac && !ethernet.Destination.IsBroadcast))
            return;
        if (ethernet.Type == EtherType.Arp)
            ReceiveArp(ethernet.Payload);
        else if (ethernet.Type == EtherType.IPv4 && IPv4Header.Parse(ethernet.Payload, out var packet) == DropReason.None)
            PacketReceived?.Invoke(packet.Packet.ToArray());
    }

    private void ReceiveArp(Span<byte> payload)
    {
        if (ArpHeader.Parse(payload, out var arp) != DropReason.None || arp.TargetAddress != Address)
            return;
        if (arp.Operation == ArpOperation.Request)
            SendArp(ArpOperation.Reply, arp.SenderMac, arp.SenderMac, arp.SenderAddress);
        else
            Learn(arp.SenderAddress, arp.SenderMac);
    }

    private void Learn(IPv4Address address, MacAddress mac)
    {
        neighbors[address] = mac;
        if (!waiting.Remove(address, out var packets))
            return;
        foreach (var packet in packets)
            port.Send(FrameOf(mac, packet));
    }

    private void SendArp(ushort operation, MacAddress to, MacAddress targetMac, IPv4Address target)
    {
        var frame = new byte[EthernetHeader.Size + ArpHeader.Size];
        EthernetHeader.Write(frame, to, Mac, EtherType.Arp);
        ArpHeader.Write(frame.AsSpan(EthernetHeader.Size), operation, Mac, Address, targetMac, target);
        port.Send(frame);
    }

    private byte[] FrameOf(MacAddress to, byte[] packet)
    {
        var frame = new byte[EthernetHeader.Size + packet.Length];
        EthernetHeader.Write(frame, to, Mac, EtherType.IPv4);
        packet.CopyTo(frame.AsSpan(EthernetHeader.Size));
        return frame;
    }
}
