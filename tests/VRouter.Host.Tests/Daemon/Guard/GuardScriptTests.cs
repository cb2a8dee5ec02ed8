using VRouter.Core.Tables;
using VRouter.Core.Wire;
using VRouter.Host.Daemon.Guard;

namespace VRouter.Host.Tests.Daemon.Guard;

public class GuardScriptTests
{
    private static readonly GuardPlan Plan = new()
    {
        Node = "walker-1",
        Uplink = new GuardedInterface("eth0", 2),
        NodeAddress = IPv4Address.Parse("172.16.6.47"),
        VxlanL4Port = 4789,
        Destinations = [IPv4Prefix.Parse("192.168.187.192/26"), IPv4Prefix.Parse("192.168.135.74/32")],
        Workloads = [new GuardedInterface("calie50081a277c", 5), new GuardedInterface("calic6611247c43", 6)],
    };

    [Fact]
    public void Replace_FullPlan_DropsExactlyWhatTheRouterTakes() => Assert.Equal(
        """
        table netdev vrouter-walker-1 { }
        delete table netdev vrouter-walker-1
        table netdev vrouter-walker-1 {
          set routed { type ipv4_addr; flags interval; auto-merge; elements = { 192.168.187.192/26, 192.168.135.74/32 }; }
          set vxlan-fragments { typeof ip saddr . ip id; flags dynamic,timeout; timeout 15s; size 4096; }
          chain uplink {
            type filter hook ingress device "eth0" priority -500; policy accept;
            ip daddr 172.16.6.47 ip protocol 4 counter drop
            ip daddr 172.16.6.47 ip frag-off & 0x3fff == 0x2000 udp dport 4789 add @vxlan-fragments { ip saddr . ip id }
            ip daddr 172.16.6.47 ip frag-off & 0x3fff == 0x2000 udp dport != 4789 delete @vxlan-fragments { ip saddr . ip id }
            ip daddr 172.16.6.47 udp dport 4789 counter drop
            ip daddr 172.16.6.47 ip protocol udp ip frag-off & 0x1fff != 0 ip frag-off & 0x2000 == 0 ip saddr . ip id @vxlan-fragments delete @vxlan-fragments { ip saddr . ip id } counter drop
            ip daddr 172.16.6.47 ip protocol udp ip frag-off & 0x1fff != 0 ip saddr . ip id @vxlan-fragments counter drop
            ip daddr @routed counter drop
          }
          chain workload-1 {
            type filter hook ingress device "calie50081a277c" priority -500; policy accept;
            counter drop
          }
          chain workload-2 {
            type filter hook ingress device "calic6611247c43" priority -500; policy accept;
            counter drop
          }
        }

        """,
        GuardScript.Replace(Plan));

    [Fact]
    public void Replace_NoVxlanAndNoWorkloads_HasNeitherRule()
    {
        var script = GuardScript.Replace(Plan with { VxlanL4Port = null, Destinations = [], Workloads = [] });
        Assert.DoesNotContain("udp", script);
        Assert.DoesNotContain("routed", script);
        Assert.DoesNotContain("workload", script);
        Assert.Contains("ip protocol 4", script);
    }

    [Theory]
    [InlineData("walker\"; drop")]
    [InlineData("a b")]
    [InlineData("nœud")]
    public void Remove_NodeNameThatNftCannotRead_Refuses(string node) =>
        Assert.Throws<GuardException>(() => GuardScript.Remove(node));

    [Theory]
    [InlineData("eth\"0")]
    [InlineData("eth*")]
    [InlineData("eth\\0")]
    public void Replace_InterfaceNameThatNftCannotRead_Refuses(string name) =>
        Assert.Throws<GuardException>(() => GuardScript.Replace(Plan with { Uplink = new GuardedInterface(name, 2) }));
}
