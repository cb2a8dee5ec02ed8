using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Reads projectcalico.org/v3 IPPool.</summary>
internal static class IPPoolReader
{
    public static Resource? Read(ResourceHeader header, ObjectReader spec)
    {
        spec.Accept("disableBGPExport", "blockSize", "nodeSelector", "namespaceSelector", "allowedUses", "assignmentMode");
        var ipip = Mode(spec, "ipipMode");
        var vxlan = Mode(spec, "vxlanMode");
        if (ipip != EncapsulationMode.Never && vxlan != EncapsulationMode.Never)
            spec.Error("vxlanMode", $"is {vxlan} while ipipMode is {ipip}; one of them must be Never");
        if (spec.Boolean("natOutgoing") == true)
            spec.Warning("natOutgoing", "is not carried out by this version: packets that leave the pools keep the workload's address");
        var disabled = spec.Boolean("disabled") ?? false;

        if (spec.RequiredText("cidr") is not { } text)
            return null;
        if (PrefixText.IsIPv6(text))
        {
            spec.Warning("cidr", $"{text} is IPv6, which this version does not route; the pool is ignored");
            return null;
        }

        if (PrefixText.Read(text, out var complaint) is not { } cidr)
        {
            spec.Error("cidr", complaint);
            return null;
        }

        return new IPPool
        {
            Name = header.Name, Source = header.Source, Cidr = cidr, IpipMode = ipip, VxlanMode = vxlan, Disabled = disabled,
        };
    }

    private static EncapsulationMode Mode(ObjectReader spec, string field)
    {
        if (spec.TextIs(field, string.Empty))
            return EncapsulationMode.Never;
        return spec.Choice(field, ("Never", EncapsulationMode.Never), ("Always", EncapsulationMode.Always),
            ("CrossSubnet", EncapsulationMode.CrossSubnet)) ?? EncapsulationMode.Never;
    }
}
