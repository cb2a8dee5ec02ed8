using VRouter.Differential.Tests.Network;

namespace VRouter.Differential.Tests.Generators;

/// <summary>Frames that are put into both routers, one after the other, and what they are for.</summary>
/// <param name="Name">Such as "ttl 1, workload to node".</param>
/// <param name="Frames">At least one.</param>
internal sealed record Case(string Name, IReadOnlyList<PortFrame> Frames)
{
    /// <summary>A case of one frame.</summary>
    public Case(string name, int port, byte[] frame)
        : this(name, [new PortFrame(port, frame)])
    {
    }
}
