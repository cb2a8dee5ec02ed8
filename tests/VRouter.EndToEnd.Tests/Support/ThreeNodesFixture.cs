using VRouter.Host.Lab;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>One three-node lab with running routers for all tests of a class; built by the first that asks.</summary>
public abstract class ThreeNodesFixture(Tunnel tunnel, bool offloads, string driver = "auto") : IAsyncLifetime
{
    private TestLab? lab;

    /// <summary>The tunnel between all nodes.</summary>
    public Tunnel Tunnel { get; } = tunnel;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (lab is not null)
            await lab.DisposeAsync();
    }

    /// <summary>The lab; the test is skipped where it cannot be.</summary>
    internal async Task<TestLab> LabAsync(params string[] tools)
    {
        TestLab.Demand(tools);
        return lab ??= await ThreeNodes.BuildAsync(Tunnel.Ipip, Tunnel.Vxlan, offloads, driver: driver);
    }

    /// <summary>IPIP, the veths' offloads as the kernel sets them.</summary>
    public sealed class IpipOffloaded() : ThreeNodesFixture(Tunnel.Ipip4, offloads: true);

    /// <summary>IPIP, all offloads off.</summary>
    public sealed class IpipPlain() : ThreeNodesFixture(Tunnel.Ipip4, offloads: false);

    /// <summary>VXLAN, the veths' offloads as the kernel sets them.</summary>
    public sealed class VxlanOffloaded() : ThreeNodesFixture(Tunnel.VxlanCalico, offloads: true);

    /// <summary>IPIP through AF_XDP ports, offloads as the kernel sets them.</summary>
    public sealed class IpipXdp() : ThreeNodesFixture(Tunnel.Ipip4, offloads: true, "af-xdp");

    /// <summary>VXLAN through AF_XDP ports, offloads as the kernel sets them.</summary>
    public sealed class VxlanXdp() : ThreeNodesFixture(Tunnel.VxlanCalico, offloads: true, "af-xdp");

    /// <summary>VXLAN, all offloads off.</summary>
    public sealed class VxlanPlain() : ThreeNodesFixture(Tunnel.VxlanCalico, offloads: false);
}
