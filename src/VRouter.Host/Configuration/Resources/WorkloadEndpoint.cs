using System.Security.Cryptography;
using System.Text;
using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Configuration.Resources;

/// <summary>One interface of a workload (projectcalico.org/v3 WorkloadEndpoint).</summary>
public sealed record WorkloadEndpoint : Resource
{
    /// <summary>The kind's name.</summary>
    public const string KindName = "WorkloadEndpoint";

    /// <summary>The annotation that names the network namespace a created tap is moved into.</summary>
    public const string NetnsAnnotation = "vrouter/netns";

    /// <summary>The annotation that gives the router's MAC address on this port.</summary>
    public const string RouterMacAnnotation = "vrouter/router-mac";

    /// <summary>metadata.namespace; "default" if not given.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The name of the node that the workload runs on.</summary>
    public required string Node { get; init; }

    /// <summary>The workload's name, or null.</summary>
    public string? Pod { get; init; }

    /// <summary>The name of the interface inside the workload, such as "eth0", or null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The name of the host's end of the workload's interface, such as "calie50081a277c"; at most 15 bytes.</summary>
    public required string InterfaceName { get; init; }

    /// <summary>The MAC address of the interface inside the workload; null if it is to be learned by ARP.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The workload's IPv4 addresses, in the order written.</summary>
    public ValueList<IPv4Address> Addresses { get; init; }

    /// <summary>Prefixes that the workload may use as source besides its own addresses.</summary>
    public ValueList<IPv4Prefix> AllowedSpoofedSources { get; init; }

    /// <summary>The annotation vrouter/netns: the name (as of "ip netns") or the path of the namespace that a created tap is moved into.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>The annotation vrouter/router-mac: the router's MAC address on this port, in place of RouterConfiguration's.</summary>
    public MacAddress? RouterMac { get; init; }

    /// <inheritdoc/>
    public override ResourceKey Key => new(KindName, Namespace, Name);

    /// <summary>The name under which <see cref="Resource.Source"/> keeps the place of one of the addresses.</summary>
    public static string FieldOf(IPv4Address address) => $"spec.ipNetworks[{address}]";

    /// <summary>The interface name that Calico gives a pod: "cali" and the first 11 hexadecimal digits of the SHA-1 of "namespace.pod".</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "Calico's rule; nothing is kept secret by it.")]
    public static string InterfaceNameOf(string @namespace, string pod) =>
        "cali" + Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes($"{@namespace}.{pod}")))[..11];
}
