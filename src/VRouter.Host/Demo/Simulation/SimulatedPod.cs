using VRouter.Core.Graph;
using VRouter.Core.Wire;

namespace VRouter.Host.Demo.Simulation;

/// <summary>A pod with one interface whose every packet goes to 169.254.1.1; it sends echo requests and answers those of others (RFC 792).</summary>
internal sealed class SimulatedPod
{
    private const int PayloadSize = 56;
    private readonly SimulatedInterface eth0;
    private readonly Dictionary<(IPv4Address From, uint Query), byte> answers = [];
    private ushort identification;

    public SimulatedPod(SimulatedInterface eth0)
    {
        this.eth0 = eth0;
        eth0.PacketReceived += Receive;
    }

    /// <summary>Sends an echo request.</summary>
    /// <param name="to">The address that is asked.</param>
    /// <param name="query">Identifier and sequence number.</param>
    public void Ping(IPv4Address to, uint query)
    {
        var message = new byte[IcmpHeader.Size + PayloadSize];
        for (var i = 0; i < PayloadSize; i++)
            message[IcmpHeader.Size + i] = (byte)i;
        Send(to, IcmpType.EchoRequest, query, message);
    }

    /// <summary>The TTL of the answer to an echo request, or null if none came.</summary>
    public byte? AnswerTtl(IPv4Address from, uint query) => answers.TryGetValue((from, query), out var ttl) ? ttl : null;

    private void Receive(byte[] bytes)
    {
        var packet = IPv4Header.At(bytes);
        if (packet.Destination != eth0.Address || packet.Protocol != IpProtocol.Icmp || packet.IsFragment
            || IcmpHeader.Parse(packet.Payload, out var icmp) != DropReason.None)
            return;
        if (icmp.Type == IcmpType.EchoRequest)
            Send(packet.Source, IcmpType.EchoReply, icmp.RestOfHeader, packet.Payload.ToArray());
        else if (icmp.Type == IcmpType.EchoReply)
            answers[(packet.Source, icmp.RestOfHeader)] = packet.Ttl;
    }

    private void Send(IPv4Address to, byte type, uint query, byte[] message)
    {
        IcmpHeader.Write(message, type, 0, query);
        var packet = new byte[IPv4Header.MinimumSize + message.Length];
        message.CopyTo(packet.AsSpan(IPv4Header.MinimumSize));
        IPv4Header.Write(packet, (ushort)packet.Length, IpProtocol.Icmp, eth0.Address, to, identification: ++identification);
        eth0.Send(IPv4Address.WorkloadGateway, packet);
    }
}
