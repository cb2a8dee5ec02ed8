using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Configuration;
using VRouter.Host.Routing;

namespace VRouter.Host.Tests.Routing;

/// <summary>Random changes of routes within 10.64.0.0/12: nested prefixes, next hops of every kind, some of which are found by other routes that change too.</summary>
internal sealed class RandomRoutes(Random random)
{
    /// <summary>The routers that <see cref="Target"/> leads to are all within these.</summary>
    public static readonly IPv4Address[] Routers = [.. Enumerable.Range(1, 6).Select(number => IPv4Address.Parse($"172.16.6.{number}"))];

    // Found by a route to 172.31.x.0/24, if there is one.
    private static readonly IPv4Address[] Remote = [.. Enumerable.Range(0, 4).Select(number => IPv4Address.Parse($"172.31.{number}.1"))];

    private static readonly MacAddress Vtep = MacAddress.Parse("66:01:02:03:04:05");

    /// <summary>A prefix: one of few of each length, so that they nest and come again.</summary>
    public IPv4Prefix Prefix()
    {
        if (random.Next(8) == 0)
            return new IPv4Prefix(Remote[random.Next(Remote.Length)], 24);
        return new IPv4Prefix(Address(), random.Next(12, 33));
    }

    /// <summary>An address that prefixes are likely to hold.</summary>
    public IPv4Address Address() => new(0x0a400000u | ((uint)random.Next(4) << 18) | ((uint)random.Next(3) << 8) | (uint)random.Next(4));

    /// <summary>A target.</summary>
    public RouteTarget Target(IPv4Prefix prefix)
    {
        var isWay = !new IPv4Prefix(IPv4Address.Parse("10.0.0.0"), 8).Contains(prefix.Network);
        return random.Next(isWay ? 3 : 9) switch
        {
            0 => new RouteTarget.Via(NextHop.Plain(Routers[random.Next(Routers.Length)])),
            1 => new RouteTarget.Via(NextHop.OnLink(Routers[random.Next(Routers.Length)])),
            2 => new RouteTarget.Unreachable(),
            3 => new RouteTarget.Via(NextHop.Ipip(Remote[random.Next(Remote.Length)])),
            4 => new RouteTarget.Via(NextHop.Vxlan(Remote[random.Next(Remote.Length)], Vtep)),
            5 => new RouteTarget.Via(NextHop.Plain(Remote[random.Next(Remote.Length)])),
            6 => new RouteTarget.Blackhole(),
            7 => new RouteTarget.Workload("calie50081a277c", IPv4Address.Parse("192.168.187.211"), MacAddress.Parse("3a:1d:1e:91:f5:9e")),
            _ => new RouteTarget.Via(new[] { NextHop.Ipip(Remote[random.Next(Remote.Length)]), NextHop.OnLink(Routers[random.Next(Routers.Length)]) }.ToValueList()),
        };
    }

    /// <summary>A route of a source.</summary>
    public Route Route(RouteSource source)
    {
        var prefix = Prefix();
        return new Route(prefix, Target(prefix), source);
    }
}
