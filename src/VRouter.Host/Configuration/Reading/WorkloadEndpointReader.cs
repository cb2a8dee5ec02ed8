using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Reads projectcalico.org/v3 WorkloadEndpoint and its vrouter/ annotations.</summary>
internal static class WorkloadEndpointReader
{
    private const string AnnotationPrefix = "vrouter/";

    public static Resource? Read(ResourceHeader header, ObjectReader spec)
    {
        spec.Accept("orchestrator", "containerID", "workload", "profiles", "ports", "serviceAccountName");
        foreach (var field in (ReadOnlySpan<string>)["ipNATs", "qosControls", "ipv4Gateway", "ipv6Gateway"])
        {
            if (spec.Has(field))
                spec.Warning(field, "is not carried out by this version");
        }

        var errors = spec.Diagnostics.ErrorCount;
        var node = spec.RequiredText("node");
        var pod = spec.Text("pod");
        var endpoint = spec.Text("endpoint");
        var @namespace = header.Namespace ?? "default";
        var interfaceName = ReadInterfaceName(spec, @namespace, pod);
        var mac = spec.Mac("mac");
        var addresses = ReadAddresses(spec).ToValueList();
        var spoofed = ReadSpoofedSources(spec).ToValueList();
        var (netns, routerMac) = ReadAnnotations(header, spec);
        if (spec.Diagnostics.ErrorCount != errors)
            return null;
        if (addresses.Count == 0)
            spec.Warning("ipNetworks", "has no IPv4 address: nothing is routed to the workload, and what it sends is dropped");
        return new WorkloadEndpoint
        {
            Name = header.Name,
            Namespace = @namespace,
            Source = header.Source,
            Node = node!,
            Pod = pod,
            Endpoint = endpoint,
            InterfaceName = interfaceName!,
            Mac = mac,
            Addresses = addresses,
            AllowedSpoofedSources = spoofed,
            NetworkNamespace = netns,
            RouterMac = routerMac,
        };
    }

    private static string? ReadInterfaceName(ObjectReader spec, string @namespace, string? pod)
    {
        if (!spec.Has("interfaceName"))
        {
            if (!string.IsNullOrEmpty(pod))
                return WorkloadEndpoint.InterfaceNameOf(@namespace, pod);
            if (!spec.Has("pod"))
                spec.Diagnostics.Error(spec.Location, "spec.interfaceName is required where spec.pod does not give it");
            return null;
        }

        if (spec.Text("interfaceName") is not { } name)
            return null;
        if (InterfaceName.IsValid(name))
            return name;
        spec.Error("interfaceName", $"'{ObjectReader.Shorten(name)}' is not {InterfaceName.Form}");
        return null;
    }

    private static IEnumerable<IPv4Address> ReadAddresses(ObjectReader spec)
    {
        if (!spec.Require("ipNetworks"))
            yield break;
        foreach (var (path, item) in spec.Texts("ipNetworks"))
        {
            if (PrefixText.IsIPv6(item.Text))
                spec.Diagnostics.Warning(item.Location, $"{path} {item.Text} is IPv6, which this version does not route; it is ignored");
            else if (!IPv4InterfaceAddress.TryParse(item.Text, out var address) || !UnicastAddress.IsUsable(address.Address))
                spec.Diagnostics.Error(item.Location, $"{path} '{ObjectReader.Shorten(item.Text)}' is not a workload's IPv4 address such as 10.0.0.1/32");
            else if (address.PrefixLength != 32)
                spec.Diagnostics.Error(item.Location, $"{path} '{item.Text}' must be a single address: {address.Address}/32");
            else
                yield return Locate(spec, address.Address, item);
        }
    }

    private static IPv4Address Locate(ObjectReader spec, IPv4Address address, ScalarNode item)
    {
        spec.Source.Add(WorkloadEndpoint.FieldOf(address), item.Location);
        return address;
    }

    private static IEnumerable<IPv4Prefix> ReadSpoofedSources(ObjectReader spec)
    {
        foreach (var (path, item) in spec.Texts("allowSpoofedSourcePrefixes"))
        {
            if (PrefixText.IsIPv6(item.Text))
                continue;
            var text = item.Text.Contains('/') ? item.Text : item.Text + "/32";
            if (PrefixText.Read(text, out var complaint) is { } prefix)
                yield return prefix;
            else
                spec.Diagnostics.Error(item.Location, $"{path} {complaint}");
        }
    }

    private static (string? Netns, MacAddress? RouterMac) ReadAnnotations(ResourceHeader header, ObjectReader spec)
    {
        string? netns = null;
        MacAddress? routerMac = null;
        foreach (var (name, value) in header.Annotations)
        {
            switch (name)
            {
                case WorkloadEndpoint.NetnsAnnotation when IsNetns(value.Text):
                    netns = value.Text;
                    break;
                case WorkloadEndpoint.NetnsAnnotation:
                    spec.Diagnostics.Error(value.Location,
                        $"annotation {name} '{ObjectReader.Shorten(value.Text)}' is neither a namespace's name nor an absolute path");
                    break;
                case WorkloadEndpoint.RouterMacAnnotation when MacAddress.TryParse(value.Text, out var mac) && !mac.IsMulticast && !mac.IsZero:
                    routerMac = mac;
                    break;
                case WorkloadEndpoint.RouterMacAnnotation:
                    spec.Diagnostics.Error(value.Location,
                        $"annotation {name} '{ObjectReader.Shorten(value.Text)}' is not the MAC address of an interface");
                    break;
                default:
                    if (name.StartsWith(AnnotationPrefix, StringComparison.Ordinal))
                    {
                        spec.Diagnostics.Warning(value.Location, $"unknown annotation '{ObjectReader.Shorten(name)}'"
                            + FieldHint.For(name, [WorkloadEndpoint.NetnsAnnotation, WorkloadEndpoint.RouterMacAnnotation]));
                    }

                    break;
            }
        }

        return (netns, routerMac);
    }

    private static bool IsNetns(string text) =>
        text.StartsWith('/') ? text.Length > 1 : text is not ("" or "." or "..") && !text.Contains('/') && !text.Contains('\0');
}
