using VRouter.Host.Configuration;
using System.Text.RegularExpressions;

namespace VRouter.Host.Lab;

/// <summary>What a topology must fulfil beyond each value's form: names that exist, are unique, and fit where the kernel keeps them.</summary>
internal static partial class TopologyChecks
{
    /// <summary>The longest name that the kernel takes for an interface (IFNAMSIZ less the final zero).</summary>
    private const int LongestInterfaceName = 15;

    public static void CheckName(string name, SourceLocation location, TopologyErrors errors)
    {
        if (name.Length > 0 && !NamePattern().IsMatch(name))
            errors.Add(location, $"'{name}' is no name: lower-case letters, digits, '-' and '.', up to 63 of them, letter or digit first and last");
    }

    public static void Check(Topology topology, Func<string, bool> exists, TopologyErrors errors)
    {
        CheckNames(topology, errors);
        CheckNetworks(topology, errors);
        foreach (var host in topology.Hosts)
            CheckInterfaces(host, topology, errors);
        foreach (var pod in topology.Pods)
            CheckPod(pod, topology, errors);
        CheckRouters(topology, exists, errors);
    }

    private static void CheckNames(Topology topology, TopologyErrors errors)
    {
        var seen = new Dictionary<string, SourceLocation>();
        var named = topology.Networks.Select(n => (n.Name, n.Location))
            .Concat(topology.Hosts.Select(h => (h.Name, h.Location)))
            .Concat(topology.Pods.Select(p => (p.Name, p.Location)));
        foreach (var (name, location) in named)
        {
            CheckName(name, location, errors);
            if (!seen.TryAdd(name, location))
                errors.Add(location, $"the name '{name}' is taken already, at line {seen[name].Line}; networks, hosts and pods share their names");
        }
    }

    private static void CheckNetworks(Topology topology, TopologyErrors errors)
    {
        foreach (var network in topology.Networks.Where(n => n.Direct))
        {
            var ends = topology.Hosts.Sum(h => h.Interfaces.Count(i => i.Network == network.Name));
            if (ends != 2)
                errors.Add(network.Location, $"the direct network '{network.Name}' joins two interfaces, not {ends}");
        }
    }

    private static void CheckInterfaces(TopologyHost host, Topology topology, TopologyErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var port in host.Interfaces)
        {
            CheckInterfaceName(port.Name, port.Location, errors);
            if (!names.Add(port.Name))
                errors.Add(port.Location, $"'{host.Name}' has an interface '{port.Name}' already");
            if (topology.Networks.All(n => n.Name != port.Network))
                errors.Add(port.Location, $"there is no network '{port.Network}'");
        }

        foreach (var pod in topology.Pods.Where(p => p.Node == host.Name))
        {
            if (!names.Add(pod.Interface))
                errors.Add(pod.Location, $"'{host.Name}' has an interface '{pod.Interface}' already");
        }
    }

    private static void CheckPod(TopologyPod pod, Topology topology, TopologyErrors errors)
    {
        CheckInterfaceName(pod.Interface, pod.Location, errors);
        if (topology.Hosts.All(h => h.Name != pod.Node || h.IsGateway))
            errors.Add(pod.Location, $"there is no node '{pod.Node}'");
        else if (pod.Tap && topology.Routers.All(r => r.Node != pod.Node))
            errors.Add(pod.Location, $"a pod with a tap needs a router on '{pod.Node}', which creates it");
    }

    private static void CheckRouters(Topology topology, Func<string, bool> exists, TopologyErrors errors)
    {
        var nodes = new HashSet<string>();
        foreach (var router in topology.Routers)
        {
            if (topology.Hosts.All(h => h.Name != router.Node || h.IsGateway))
                errors.Add(router.Location, $"there is no node '{router.Node}'");
            if (!nodes.Add(router.Node))
                errors.Add(router.Location, $"'{router.Node}' has a router already");
            if (router.Resources.Count == 0)
                errors.Add(router.Location, $"the router of '{router.Node}' has no 'resources'");
            foreach (var path in router.Resources.Where(path => !exists(path)))
                errors.Add(router.Location, $"there is no file or folder {path}");
        }
    }

    private static void CheckInterfaceName(string name, SourceLocation location, TopologyErrors errors)
    {
        if (name.Length > 0 && (name.Length > LongestInterfaceName || name is "." or ".." || !InterfacePattern().IsMatch(name)))
            errors.Add(location, $"'{name}' is no interface name: up to {LongestInterfaceName} letters, digits, '-', '_' and '.'");
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[A-Za-z0-9_.-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex InterfacePattern();
}
