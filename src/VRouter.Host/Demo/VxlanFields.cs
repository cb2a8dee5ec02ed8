using VRouter.Core.Wire;

namespace VRouter.Host.Demo;

/// <summary>What a VXLAN tunnel shows beside its outer addresses: the UDP ports, the VNI, and the MAC addresses of the inner frame.</summary>
internal sealed record VxlanFields(ushort SourcePort, ushort DestinationPort, uint Vni, MacAddress InnerSourceMac, MacAddress InnerDestinationMac);
