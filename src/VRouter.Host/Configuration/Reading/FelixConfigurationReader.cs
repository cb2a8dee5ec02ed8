using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Reads projectcalico.org/v3 FelixConfiguration as far as it concerns the data path; the other fields are warned of.</summary>
internal static class FelixConfigurationReader
{
    public static Resource? Read(ResourceHeader header, ObjectReader spec)
    {
        var errors = spec.Diagnostics.ErrorCount;
        var felix = new FelixConfiguration
        {
            Name = header.Name,
            Source = header.Source,
            IpipMtu = Mtu(spec, "ipipMTU"),
            VxlanMtu = Mtu(spec, "vxlanMTU"),
            VxlanPort = spec.Integer("vxlanPort", 1, ushort.MaxValue),
            VxlanVni = spec.Integer("vxlanVNI", 1, 0xff_ffff),
            AllowVxlanFromWorkloads = spec.Boolean("allowVXLANPacketsFromWorkloads"),
            AllowIpipFromWorkloads = spec.Boolean("allowIPIPPacketsFromWorkloads"),
        };
        spec.WarnOfUnknownFields("vRouter does not use the field");
        if (header.Name != FelixConfiguration.DefaultName && !header.Name.StartsWith(FelixConfiguration.NameOf(""), StringComparison.Ordinal))
        {
            spec.Diagnostics.Warning(header.Source["metadata.name"],
                $"FelixConfiguration '{header.Name}' has no effect: the name must be 'default' or 'node.NAME'");
        }

        return spec.Diagnostics.ErrorCount == errors ? felix : null;
    }

    private static int? Mtu(ObjectReader spec, string field)
    {
        if (spec.Integer(field, 0, MtuLimits.Greatest) is not { } mtu || mtu == 0)
            return null;
        if (mtu >= MtuLimits.Least)
            return mtu;
        spec.Error(field, $"must be 0 (automatic) or {MtuLimits.Least} to {MtuLimits.Greatest}, not {mtu}");
        return null;
    }
}
