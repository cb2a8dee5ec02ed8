using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Reads vrouter/v1 RouterConfiguration. What this version cannot serve is an error, so that nobody waits for it.</summary>
internal static class RouterConfigurationReader
{
    /// <summary>The longest path that a Unix socket's address holds on Linux (unix(7): sun_path of 108 bytes with its terminating zero).</summary>
    private const int MaxSocketPath = 107;

    private const int LongestSpin = 1_000_000;

    public static Resource? Read(ResourceHeader header, ObjectReader spec)
    {
        var errors = spec.Diagnostics.ErrorCount;
        ReadDatastore(spec);
        var workers = spec.Integer("workers", 1, RouterConfiguration.MostWorkers) ?? 1;
        var spin = spec.Integer("spinMicroseconds", 0, LongestSpin) is { } microseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : RouterConfiguration.DefaultSpin;
        if (spec.Has("metrics"))
            spec.Error("metrics", "cannot be served by this version; remove the section");
        var uplink = ReadUplink(spec);
        var workloads = ReadWorkloads(spec);
        var socket = ReadControlSocket(header, spec);
        var profile = ReadVxlanProfile(spec);
        if (spec.Diagnostics.ErrorCount != errors)
            return null;
        return new RouterConfiguration
        {
            Name = header.Name,
            Source = header.Source,
            Uplink = uplink!,
            Workloads = workloads,
            ControlSocket = socket,
            VxlanProfile = profile,
            Workers = workers,
            Spin = spin,
        };
    }

    private static void ReadDatastore(ObjectReader spec)
    {
        if (spec.Object("datastore") is not { } datastore)
            return;
        var type = datastore.RequiredText("type");
        if (type is "etcd" or "flannel-etcd")
        {
            datastore.Accept("endpoints", "prefix");
            datastore.Error("type", $"'{type}' is not served by this version, which reads files only: use 'files'");
        }
        else if (type is not (null or "files"))
        {
            datastore.Error("type", $"'{ObjectReader.Shorten(type)}' is not a datastore type: use 'files'");
        }

        datastore.WarnOfUnknownFields();
    }

    private static UplinkConfiguration? ReadUplink(ObjectReader spec)
    {
        if (!spec.Require("uplink") || spec.Object("uplink") is not { } uplink)
            return null;
        var name = uplink.RequiredText("interface");
        if (name is not null && !InterfaceName.IsValid(name))
            uplink.Error("interface", $"'{ObjectReader.Shorten(name)}' is not {InterfaceName.Form}");
        var driver = uplink.Choice("driver", ("auto", PortDriver.Auto), ("af-packet", PortDriver.AfPacket), ("af-xdp", PortDriver.AfXdp)) ?? PortDriver.Auto;
        var address = uplink.Parsed<IPv4InterfaceAddress>("address", IPv4InterfaceAddress.TryParse, "an IPv4 address with prefix length such as 172.16.6.47/24");
        var gateway = uplink.Address("gateway");
        if (address is { } own && gateway is { } hop)
        {
            if (own.Address == hop)
                uplink.Error("gateway", $"{hop} is the uplink's own address");
            else if (own.PrefixLength < 32 && !own.Subnet.Contains(hop))
                uplink.Error("gateway", $"{hop} is not in the uplink's subnet {own.Subnet}");
        }

        var mtu = uplink.Integer("mtu", MtuLimits.LeastUplink, MtuLimits.Greatest);
        var mac = uplink.Mac("mac");
        uplink.WarnOfUnknownFields();
        return name is null ? null
            : new UplinkConfiguration { Interface = name, Driver = driver, Address = address, Gateway = gateway, Mtu = mtu, Mac = mac };
    }

    private static WorkloadsConfiguration ReadWorkloads(ObjectReader spec)
    {
        var defaults = new WorkloadsConfiguration();
        if (spec.Object("workloads") is not { } workloads)
            return defaults;
        var result = new WorkloadsConfiguration
        {
            Driver = workloads.Choice(
                "driver", ("auto", PortDriver.Auto), ("af-packet", PortDriver.AfPacket), ("af-xdp", PortDriver.AfXdp), ("tap", PortDriver.Tap))
                ?? defaults.Driver,
            Mac = workloads.Mac("mac") ?? defaults.Mac,
        };
        workloads.WarnOfUnknownFields();
        return result;
    }

    private static string ReadControlSocket(ResourceHeader header, ObjectReader spec)
    {
        var path = RouterConfiguration.DefaultControlSocket(header.Name);
        if (spec.Object("control") is not { } control)
            return path;
        if (control.Text("socket") is { } given)
        {
            if (!given.StartsWith('/'))
                control.Error("socket", $"'{ObjectReader.Shorten(given)}' is not an absolute path");
            else if (System.Text.Encoding.UTF8.GetByteCount(given) > MaxSocketPath)
                control.Error("socket", $"is longer than the {MaxSocketPath} bytes that a socket's path can have");
            path = given;
        }

        control.WarnOfUnknownFields();
        return path;
    }

    private static VxlanProfile ReadVxlanProfile(ObjectReader spec)
    {
        if (spec.Object("vxlan") is not { } vxlan)
            return VxlanProfile.Rfc;
        var profile = vxlan.Choice("profile", ("rfc", VxlanProfile.Rfc), ("strict", VxlanProfile.Strict)) ?? VxlanProfile.Rfc;
        vxlan.WarnOfUnknownFields();
        return profile;
    }
}
