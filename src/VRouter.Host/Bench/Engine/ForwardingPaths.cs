namespace VRouter.Host.Bench.Engine;

/// <summary>The names of <see cref="ForwardingPath"/> on the command line and in reports.</summary>
internal static class ForwardingPaths
{
    private static readonly Dictionary<string, ForwardingPath> ByName = new()
    {
        ["plain"] = ForwardingPath.Plain,
        ["ipip-encap"] = ForwardingPath.IpipEncap,
        ["ipip-decap"] = ForwardingPath.IpipDecap,
        ["vxlan-encap"] = ForwardingPath.VxlanEncap,
        ["vxlan-decap"] = ForwardingPath.VxlanDecap,
        ["plain-full-table"] = ForwardingPath.PlainFullTable,
    };

    /// <summary>The names in order.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The path of a name, which must be one of <see cref="Names"/>.</summary>
    public static ForwardingPath Parse(string name) => ByName[name];

    /// <summary>The name of a path.</summary>
    public static string NameOf(ForwardingPath path) => ByName.First(entry => entry.Value == path).Key;
}
