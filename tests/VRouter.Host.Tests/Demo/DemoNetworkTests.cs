using VRouter.Host.Configuration;
using VRouter.Host.Demo;

namespace VRouter.Host.Tests.Demo;

public class DemoNetworkTests
{
    public static TheoryData<string> Words => [.. DemoMode.All.Select(mode => mode.Word)];

    [Theory]
    [MemberData(nameof(Words))]
    public void In_EachMode_GivesAValidClusterInThatMode(string word)
    {
        var mode = DemoMode.Find(word)!;

        var network = DemoNetwork.In(mode, "/run/x");

        Assert.Equal(["busybox-1", "busybox-2", "busybox-3"], network.Topology.Pods.Select(pod => pod.Name));
        Assert.All(network.Topology.Pods, pod => Assert.Equal(mode.PodMtu, pod.Mtu));
        Assert.All(network.Topology.Routers, router => Assert.Equal(network.Files.Keys, router.Resources));
        var (state, findings) = ConfigurationLoader.Load([.. network.Files.Select(file => ConfigurationFile.FromText(file.Key, file.Value))]);
        Assert.Empty(findings);
        var pool = Assert.Single(state!.Pools);
        Assert.Equal((mode.Ipip, mode.Vxlan), (pool.IpipMode, pool.VxlanMode));
        Assert.Equal(3, state.Endpoints.Length);
        Assert.All(network.Topology.Pods, pod => Assert.Contains(
            state.Endpoints, endpoint => endpoint.InterfaceName == pod.Interface && endpoint.Mac == pod.Mac && endpoint.RouterMac == pod.HostMac));
    }
}
