using System.Text;
using VRouter.Core.Wire;

namespace VRouter.Host.Daemon.Guard;

/// <summary>
/// The nftables table of a node as a script for <c>nft -f</c>, which the kernel applies as one transaction: the table that was there is
/// replaced without a moment in which neither holds. An ingress hook of the netdev family sees a frame after packet sockets do, and before
/// the host's IP layer.
/// </summary>
public static class GuardScript
{
    /// <summary>What the names of all tables begin with.</summary>
    public const string TablePrefix = "vrouter-";

    // Before the chains that others may have on the interface, so that these see no more of the router's packets than the IP layer does.
    private const int Priority = -500;
    private const string IpipProtocol = "4";

    // VXLAN datagrams whose first fragment came, and whose last one did not.
    private const string FragmentSet = "vxlan-fragments";
    private const string FragmentKey = "ip saddr . ip id";
    private const string FragmentTimeout = "15s";
    private const int MostFragmented = 4096;

    /// <summary>The name of a node's table.</summary>
    public static string TableOf(string node) => TablePrefix + node;

    /// <summary>Puts the plan's table in the place of the one before, if any.</summary>
    /// <exception cref="GuardException">A name cannot be written in a script.</exception>
    public static string Replace(GuardPlan plan)
    {
        var script = new StringBuilder(Remove(plan.Node));
        script.Append($"table netdev {TableOf(plan.Node)} {{\n");
        if (plan.Destinations.Count > 0)
            script.Append($"  set routed {{ type ipv4_addr; flags interval; auto-merge; elements = {{ {string.Join(", ", plan.Destinations)} }}; }}\n");
        if (plan.VxlanL4Port is not null)
            script.Append($"  set {FragmentSet} {{ typeof {FragmentKey}; flags dynamic,timeout; timeout {FragmentTimeout}; size {MostFragmented}; }}\n");
        script.Append("  chain uplink {\n").Append(Hook(plan.Uplink));
        script.Append($"    ip daddr {plan.NodeAddress} ip protocol {IpipProtocol} counter drop\n");
        if (plan.VxlanL4Port is { } port)
            AppendVxlan(script, plan.NodeAddress, port);
        if (plan.Destinations.Count > 0)
            script.Append("    ip daddr @routed counter drop\n");
        script.Append("  }\n");
        for (var i = 0; i < plan.Workloads.Count; i++)
            script.Append($"  chain workload-{i + 1} {{\n{Hook(plan.Workloads[i])}    counter drop\n  }}\n");
        return script.Append("}\n").ToString();
    }

    /// <summary>Removes the node's table; it need not be there.</summary>
    /// <exception cref="GuardException">The name cannot be written in a script.</exception>
    public static string Remove(string node)
    {
        if (!node.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_'))
            throw new GuardException($"the node's name '{node}' cannot name an nftables table; letters, digits, '-', '.' and '_' can");
        return $"table netdev {TableOf(node)} {{ }}\ndelete table netdev {TableOf(node)}\n";
    }

    // Only a datagram's first fragment has a port. It decides about those behind it, until the last one, or the first one of a datagram that is the host's, has come;
    // what overtakes the first one the kernel keeps a while, and tells nobody.
    private static void AppendVxlan(StringBuilder script, IPv4Address node, ushort port)
    {
        const string First = "ip frag-off & 0x3fff == 0x2000", Last = "ip frag-off & 0x2000 == 0", Later = "ip frag-off & 0x1fff != 0";
        script.Append($"    ip daddr {node} {First} udp dport {port} add @{FragmentSet} {{ {FragmentKey} }}\n");
        script.Append($"    ip daddr {node} {First} udp dport != {port} delete @{FragmentSet} {{ {FragmentKey} }}\n");
        script.Append($"    ip daddr {node} udp dport {port} counter drop\n");
        script.Append($"    ip daddr {node} ip protocol udp {Later} {Last} {FragmentKey} @{FragmentSet} delete @{FragmentSet} {{ {FragmentKey} }} counter drop\n");
        script.Append($"    ip daddr {node} ip protocol udp {Later} {FragmentKey} @{FragmentSet} counter drop\n");
    }

    private static string Hook(GuardedInterface port)
    {
        if (port.Name.Any(letter => letter is '"' or '\\' or '*' || letter > '~' || letter < '!'))
            throw new GuardException($"the interface name '{port.Name}' cannot be written in an nftables rule; rename the interface");
        return $"    type filter hook ingress device \"{port.Name}\" priority {Priority}; policy accept;\n";
    }
}
