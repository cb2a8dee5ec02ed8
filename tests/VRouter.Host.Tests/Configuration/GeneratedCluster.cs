using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Tests.Configuration;

/// <summary>Valid clusters of random numbers: pools that do not overlap, blocks and endpoints in them, nodes whose addresses are their own.</summary>
internal static class GeneratedCluster
{
    private static readonly string[] Words = ["a", "node-1", "x.example.org", "0", "null-0", "true", "1e3", "no", "10.0.0.1"];

    /// <summary>Resources that are valid together, in any order.</summary>
    public static Resource[] Make(Random random)
    {
        var nodes = Enumerable.Range(0, random.Next(1, 5)).Select(number => MakeNode(random, number)).ToList();
        var pools = Enumerable.Range(0, random.Next(1, 4)).Select(number => MakePool(random, number)).ToList();
        var blocks = pools.Index().SelectMany(pool => Enumerable.Range(0, random.Next(4)).Select(number => MakeBlock(random, pool.Index, number, nodes))).ToList();
        var endpoints = Enumerable.Range(0, random.Next(5)).Select(number => MakeEndpoint(random, number, nodes)).ToList();
        Resource[] all = [.. nodes, .. pools, .. blocks, .. endpoints];
        random.Shuffle(all);
        return all;
    }

    // Names that YAML could take for numbers or truth values, too.
    private static string Name(Random random, int number) => $"{Words[random.Next(Words.Length)]}-{number}";

    private static T? Maybe<T>(Random random, T value)
        where T : struct => random.Next(2) == 0 ? value : null;

    private static Node MakeNode(Random random, int number) => new()
    {
        Name = Name(random, number),
        Address = new IPv4InterfaceAddress(new IPv4Address(192, 0, (byte)(2 + number), (byte)random.Next(1, 255)), random.Next(16, 31)),
        IpipTunnelAddress = Maybe(random, new IPv4Address(203, 0, 113, (byte)(1 + number))),
        VxlanTunnelAddress = Maybe(random, new IPv4Address(203, 0, 113, (byte)(101 + number))),
        GivenVtepMac = Maybe(random, new MacAddress(0x6600_0000_0000u | ((ulong)number << 24) | (uint)random.Next(1 << 24))),
    };

    private static IPPool MakePool(Random random, int number)
    {
        var mode = (EncapsulationMode)random.Next(3);
        var isVxlan = random.Next(2) == 0;
        return new IPPool
        {
            Name = Name(random, number),
            Cidr = new IPv4Prefix(new IPv4Address(10, (byte)(16 * number), 0, 0), random.Next(12, 17)),
            IpipMode = isVxlan ? EncapsulationMode.Never : mode,
            VxlanMode = isVxlan ? mode : EncapsulationMode.Never,
            Disabled = random.Next(4) == 0,
        };
    }

    private static BlockAffinity MakeBlock(Random random, int pool, int number, List<Node> nodes) => new()
    {
        Name = Name(random, (pool * 10) + number),
        Node = nodes[random.Next(nodes.Count)].Name,
        Cidr = new IPv4Prefix(new IPv4Address(10, (byte)(16 * pool), (byte)number, 64), random.Next(26, 33)),
        State = (BlockAffinityState)random.Next(3),
        Deleted = random.Next(4) == 0,
    };

    private static WorkloadEndpoint MakeEndpoint(Random random, int number, List<Node> nodes) => new()
    {
        Name = Name(random, number),
        Namespace = random.Next(2) == 0 ? "default" : "kube-system",
        Node = nodes[random.Next(nodes.Count)].Name,
        Pod = random.Next(2) == 0 ? null : Name(random, number),
        Endpoint = random.Next(2) == 0 ? null : "eth0",
        InterfaceName = $"cali{number}",
        Mac = Maybe(random, new MacAddress(0x0200_0000_0000u | (uint)random.Next())),
        Addresses = Enumerable.Range(0, random.Next(1, 3)).Select(address => new IPv4Address(10, 0, (byte)(128 + number), (byte)(1 + address))).ToValueList(),
        AllowedSpoofedSources = Enumerable.Range(0, random.Next(3)).Select(prefix => new IPv4Prefix(new IPv4Address(198, 51, (byte)prefix, 0), random.Next(24, 33))).ToValueList(),
    };
}
