using VRouter.Core.Frames;
using VRouter.Core.Graph;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Core.Forwarding;

/// <summary>
/// <para>Does: puts the Ethernet header in front of an IP packet and sends it: from the port's MAC address to the next hop's.</para>
/// <para>
/// Needs: <c>TxPort</c>, <c>NextHop</c>; <c>Adjacency</c> for a MAC address that is known for good, any index out of range where there is none (a frame
/// that waited in neighbor-resolve).
/// </para>
/// <para>Sets: nothing.</para>
/// <para>Next: neighbor-resolve where the MAC address is not known; transmits. Drops: PortUnavailable, NoHeadroom.</para>
/// </summary>
public sealed class EthernetRewrite(NeighborTable neighbors) : Stage(StageNames.EthernetRewrite, StageNames.NeighborResolve)
{
    private const int ToNeighborResolve = 0;

    /// <inheritdoc/>
    public override void Process(FrameVector vector, StageContext context)
    {
        var ports = context.Tables.Ports;
        var adjacencies = context.Tables.Adjacencies;
        var now = context.Now;
        var frames = vector.Frames;
        var verdicts = vector.Verdicts;

        // Frames of one vector mostly go to the same neighbor, and the table does not change meanwhile.
        var (lastPort, lastHop, lastMac) = (-1, 0u, default(MacAddress));
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = frames[i];
            ref readonly var metadata = ref frame.Metadata;
            var txPort = metadata.TxPort;
            if ((uint)txPort >= (uint)ports.Length || ports[txPort] is not { } port)
            {
                verdicts[i] = Verdict.Drop(DropReason.PortUnavailable);
                continue;
            }

            if ((uint)metadata.Adjacency >= (uint)adjacencies.Length || adjacencies[metadata.Adjacency].NextHopMac is not { } mac)
            {
                if (txPort != lastPort || metadata.NextHop != lastHop)
                {
                    if (!neighbors.TryUse(txPort, new IPv4Address(metadata.NextHop), now, out var found))
                    {
                        verdicts[i] = Verdict.To(ToNeighborResolve);
                        continue;
                    }

                    (lastPort, lastHop, lastMac) = (txPort, metadata.NextHop, found);
                }

                mac = lastMac;
            }

            if (frame.HeadroomLeft < EthernetHeader.Size)
            {
                verdicts[i] = Verdict.Drop(DropReason.NoHeadroom);
                continue;
            }

            EthernetHeader.Write(frame.Prepend(EthernetHeader.Size), mac, port.Mac, EtherType.IPv4);
            verdicts[i] = Verdict.Transmit;
        }
    }
}
