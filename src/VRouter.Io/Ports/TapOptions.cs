using VRouter.Core.Wire;

namespace VRouter.Io.Ports;

/// <summary>The TAP device that a <see cref="TapPort"/> makes.</summary>
/// <param name="Name">The interface's name, at most 15 bytes.</param>
public sealed record TapOptions(string Name)
{
    /// <summary>The network namespace in which it appears, a name under /run/netns or an absolute path; null is the calling thread's.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>The interface's MAC address: the workload's; null leaves the kernel's choice.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The MAC address of the router's side.</summary>
    public MacAddress RouterMac { get; init; } = MacAddress.WorkloadGateway;

    /// <summary>The MTU in bytes.</summary>
    public int Mtu { get; init; } = 1500;
}
