using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Fuzz.Engine;

/// <summary>A port of a fuzzed router.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Role">What is at the other end.</param>
/// <param name="Mac">The router's MAC address there.</param>
/// <param name="Mtu">The IP MTU in bytes.</param>
/// <param name="Endpoint">The workload, on its port.</param>
internal sealed record FuzzPort(string Name, PortRole Role, MacAddress Mac, int Mtu, WorkloadEndpoint? Endpoint)
{
    /// <summary>The longest frame that the port takes, with a tag, as a port in memory of a replay.</summary>
    public int LongestFrame => Mtu + 18;
}
