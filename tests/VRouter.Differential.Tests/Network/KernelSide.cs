using System.Diagnostics;
using VRouter.Io.Linux;
using VRouter.TestKit;

namespace VRouter.Differential.Tests.Network;

/// <summary>
/// The kernel's router in a namespace of its own. Each link is a veth whose far end, in a second namespace, is held by a packet socket; there the kernel drops all
/// frames at once, since none has its MAC address. The settings are those that docs/divergences.md declares.
/// </summary>
internal sealed class KernelSide : IDisposable
{
    private static readonly string[] Settings =
    [
        "net.ipv4.ip_forward=1",
        // ICMP errors are compared, so none may be held back.
        "net.ipv4.icmp_ratelimit=0", "net.ipv4.icmp_ratemask=0", "net.ipv4.icmp_msgs_per_sec=1000000000", "net.ipv4.icmp_msgs_burst=1000000000",
        // Fragments that wait for others must say nothing while the run lasts.
        "net.ipv4.ipfrag_time=100000",
        "net.ipv4.conf.all.send_redirects=0", "net.ipv4.conf.default.send_redirects=0",
        "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
        "net.ipv4.conf.all.accept_source_route=0", "net.ipv4.conf.default.accept_source_route=0",
        "net.ipv4.conf.all.drop_unicast_in_l2_multicast=0",
        "net.ipv4.tcp_timestamps=0",
    ];

    // What Calico sets on a workload's interface: anti-spoofing and proxy ARP.
    private static readonly string[] WorkloadSettings = ["rp_filter=1", "proxy_arp=1"];

    private static readonly TimeSpan LinkLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LinkInterval = TimeSpan.FromMilliseconds(10);

    private readonly ScratchNamespace router;
    private readonly ScratchNamespace ends;
    private readonly FarEnd[] ports;

    /// <summary>Builds the namespaces; skips the test without root.</summary>
    public KernelSide()
    {
        Requires.Root();
        Requires.Tools("ip", "bridge", "ethtool", "sysctl");
        router = new ScratchNamespace();
        ends = new ScratchNamespace();
        router.Exec("sysctl -qw " + string.Join(' ', Settings));
        for (var port = 0; port < TwinNetwork.PortNames.Length; port++)
            AddLink(port);
        foreach (var line in TwinNetwork.KernelLines())
            router.Ip(line);
        router.Exec($"bridge fdb append {TwinNetwork.PeerVtep} dev vtep dst {TwinNetwork.VxlanNode} self permanent");
        router.Exec("ethtool -K vtep tso off gso off gro off tx off rx off");
        ports = [.. TwinNetwork.PortNames.Select(name => FarEnd.Open(ends.Name, name))];
        WaitForLinks();
    }

    /// <summary>
    /// Pins the calling thread, which alone may call <see cref="Run"/>, to one core: so the kernel forwards its frames in order.
    /// </summary>
    public static IDisposable Pin()
    {
        var before = ThreadAffinity.Get().TryGet(out var cores, out var error) ? cores : throw new InvalidOperationException(error.ToString());
        ThreadAffinity.Set(before[^1]);
        return new Pinned(before);
    }

    /// <summary>Puts frames in, one after the other, and returns what came out of any port, in order for each port.</summary>
    public List<PortFrame> Run(IReadOnlyList<PortFrame> frames)
    {
        var found = new List<PortFrame>();
        Collect(found);
        if (found.Count > 0)
            throw new InvalidOperationException($"A frame came out of the kernel's router after its case: {found[0]}.");
        foreach (var frame in frames)
            ports[frame.Port].Send(frame.Frame);
        if (!ports[TwinNetwork.Uplink].Send(Sentinel.Frame))
            throw new InvalidOperationException("The uplink does not take the frame that marks the end of a case.");
        while (!TakeUntilSentinel(found))
            ports[TwinNetwork.Workload].Wait();
        Collect(found);
        return found;
    }

    /// <summary>Frames that the far ends had no room for; 0 or the run is worthless.</summary>
    public long Lost() => ports.Sum(port => port.Lost());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var port in ports)
            port.Dispose();
        router.Dispose();
        ends.Dispose();
    }

    // The kernel tells its interfaces of a carrier after a while; until then it discards what they send.
    private void WaitForLinks()
    {
        var limit = Stopwatch.StartNew();
        var found = new List<PortFrame>();
        for (var sent = 0; sent == 0 || !TakeUntilSentinel(found); sent++)
        {
            if (limit.Elapsed > LinkLimit)
                throw new TimeoutException($"The kernel router forwarded none of {sent} frames.");
            ports[TwinNetwork.Uplink].Send(Sentinel.Frame);
            Thread.Sleep(LinkInterval);
        }

        foreach (var link in TwinNetwork.PortNames)
        {
            while (router.Ip($"-o link show dev {link}").Contains("NO-CARRIER", StringComparison.Ordinal) || !router.Ip($"-o link show dev {link}").Contains("state UP", StringComparison.Ordinal))
            {
                if (limit.Elapsed > LinkLimit)
                    throw new TimeoutException($"The kernel router's interface {link} has no carrier.");
                Thread.Sleep(LinkInterval);
            }
        }

        Thread.Sleep(LinkInterval);
        TakeUntilSentinel(found);
        Collect(found);
    }

    private void AddLink(int port)
    {
        var name = TwinNetwork.PortNames[port];
        router.Ip($"link add name {name} address {TwinNetwork.RouterMac(port)} mtu {TwinNetwork.Mtus[port]} type veth peer name {name} mtu 65535 netns {ends.Name}");
        // The sockets speak for their interfaces; the kernel there is to keep quiet.
        ends.Ip($"link set dev {name} address 02:00:00:00:ff:0{port} arp off up");
        router.Ip($"link set dev {name} up");
        foreach (var space in (ScratchNamespace[])[router, ends])
            space.Exec($"ethtool -K {name} tso off gso off gro off tx off rx off");
        if (port != TwinNetwork.Uplink)
            router.Exec("sysctl -qw " + string.Join(' ', WorkloadSettings.Select(setting => $"net.ipv4.conf.{name}.{setting}").Append($"net.ipv4.neigh.{name}.proxy_delay=0")));
    }

    private bool TakeUntilSentinel(List<PortFrame> found)
    {
        while (ports[TwinNetwork.Workload].Receive() is { IsEmpty: false } frame)
        {
            if (Sentinel.Is(frame))
                return true;
            found.Add(new PortFrame(TwinNetwork.Workload, frame.ToArray()));
        }

        return false;
    }

    private void Collect(List<PortFrame> found)
    {
        for (var port = 0; port < ports.Length; port++)
            Take(port, found);
    }

    private void Take(int port, List<PortFrame> found)
    {
        while (ports[port].Receive() is { IsEmpty: false } frame)
            found.Add(new PortFrame(port, frame.ToArray()));
    }

    private sealed class Pinned(int[] before) : IDisposable
    {
        public void Dispose() => ThreadAffinity.Set(before);
    }
}
