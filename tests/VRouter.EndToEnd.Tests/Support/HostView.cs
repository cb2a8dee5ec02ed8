using System.Text.RegularExpressions;

namespace VRouter.EndToEnd.Tests.Support;

/// <summary>All that a router could have touched in a node's network namespace, as text to compare.</summary>
internal static partial class HostView
{
    /// <summary>What <see cref="ReadAsync"/> runs.</summary>
    public static readonly string[] Tools = ["tc", "ss", "find", "grep"];

    // Neighbors are left out: the kernel's own come and go.
    private static readonly string[] Views =
    [
        "ip -details -oneline link",
        "ip -oneline address",
        "ip route show table all",
        "ip rule",
        "tc qdisc",
        "nft list ruleset",
        "ss --all --packet --numeric",
        "ss --all --xdp",
        // sysctl(8) takes ten seconds for a thousand interfaces.
        "find /proc/sys/net/ipv4 -type f -perm /u=r -exec grep -H . {} +",
    ];

    /// <summary>Reads a node's state.</summary>
    public static async Task<string> ReadAsync(TestLab lab, string node)
    {
        var views = new List<string>();
        foreach (var view in Views)
            views.Add($"# {view}\n{await lab.RunAsync(node, view)}");
        return Carrier().Replace(string.Join('\n', views), "");
    }

    // The kernel notes carriers later, of a thousand new interfaces by many seconds; whether an interface is up is told besides.
    [GeneratedRegex("NO-CARRIER,|,LOWER_UP|,M-DOWN| state [A-Z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Carrier();
}
